// The button of the field that opens everything that is more than letters: emoji, pictures of packs, stickers.
import type { PackImage } from "@herold/engine";
import { Smile } from "lucide-react";
import { lazy, Suspense } from "react";

import type { ComposerModel } from "../../models/composer/composer.model.ts";
import { useTouched } from "../../parts/media.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "../emoji/emoji.module.css";
import { PickerButton } from "../emoji/picker-button.view.tsx";

const ChoosingView = lazy(() =>
  import("./choosing.view.tsx").then(({ ChoosingView }) => ({ default: ChoosingView })),
);

interface Props {
  readonly model: ComposerModel;
  /** Puts something among the words. */
  readonly insert: (words: string) => void;
  /** Back to the field. */
  readonly back: () => void;
  readonly openSettings: () => void;
}

export function ChoosingButton({ model, insert, back, openSettings }: Props) {
  const say = useSay();
  const touched = useTouched();
  const send = (image: PackImage): void => {
    // Nobody who sends one by touch wants a keyboard over it.
    if (!touched) back();
    void model.sendSticker(image);
  };
  return (
    <PickerButton wide icon={Smile} label={say("composer.emoji")}>
      {(close) => (
        <Suspense fallback={<p className={styles.nothing}>{say("common.loading")}</p>}>
          <ChoosingView
            model={model}
            onSign={(sign) => close(() => insert(sign))}
            onPicture={(image) => close(() => insert(model.picture(image)))}
            onSticker={(image) => close(() => send(image))}
            onSettings={() => close(openSettings)}
          />
        </Suspense>
      )}
    </PickerButton>
  );
}
