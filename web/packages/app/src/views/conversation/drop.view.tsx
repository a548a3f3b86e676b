// Files that are dragged over the conversation may be let go anywhere on it.
import type { ReactNode } from "react";

import type { ComposerModel } from "../../models/composer/composer.model.ts";
import { FileDrop } from "../../parts/file-drop.tsx";
import { useSay } from "../../parts/texts.tsx";

interface Props {
  readonly composer: ComposerModel;
  readonly allowed: boolean;
  readonly children: ReactNode;
}

export function DropView({ composer, allowed, children }: Props) {
  const say = useSay();
  return (
    <FileDrop allowed={allowed} hint={say("composer.drop")} onFiles={(files) => composer.files.add(files)}>
      {children}
    </FileDrop>
  );
}
