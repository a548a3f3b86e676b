// Words of any length. Of very long ones the beginning stands there until somebody wants to read them: no message takes
// up the whole conversation, and nobody is read twice what stands there once.
import type { Words } from "@herold/engine";
import { ChevronDown } from "lucide-react";
import { useMemo } from "react";

import { shortened } from "../../../models/conversation/shortened.ts";
import { Button } from "../../../parts/button.tsx";
import { useSay } from "../../../parts/texts.tsx";
import { WordsView } from "../../../parts/words.tsx";
import { useUnfolded } from "../unfolded.ts";

interface Props {
  /** Of the item they belong to. */
  readonly id: string;
  readonly unfolded: boolean;
  readonly words: Words;
  readonly onMatrixLink: (link: string) => void;
}

export function LongWords(props: Props) {
  const { words, onMatrixLink } = props;
  const short = useMemo(() => shortened(words), [words]);
  return short ? (
    <Folded {...props} short={short} />
  ) : (
    <WordsView words={words} onMatrixLink={onMatrixLink} />
  );
}

function Folded({ id, unfolded, words, short, onMatrixLink }: Props & { readonly short: Words }) {
  const say = useSay();
  const { open, unfold, place } = useUnfolded(id, unfolded);
  return (
    <>
      <div ref={place} tabIndex={-1}>
        <WordsView words={open ? words : short} onMatrixLink={onMatrixLink} />
      </div>
      {!open && (
        <Button look="quiet" icon={ChevronDown} onPress={unfold}>
          {say("message.show-all")}
        </Button>
      )}
    </>
  );
}
