// Files that are dragged over the conversation may be let go anywhere on it.
import { Upload } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";

import type { ComposerModel } from "../../models/composer/composer.model.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./conversation.module.css";

interface Props {
  readonly composer: ComposerModel;
  readonly allowed: boolean;
  readonly children: ReactNode;
}

export function DropView({ composer, allowed, children }: Props) {
  const say = useSay();
  const [over, setOver] = useState(false);
  // Every element inside tells of its own entering and leaving.
  const depth = useRef(0);
  const files = (event: DragEvent): boolean => allowed && event.dataTransfer.types.includes("Files");
  const enter = (by: 1 | -1) => (event: DragEvent) => {
    if (!files(event)) return;
    depth.current += by;
    setOver(depth.current > 0);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same is done with the paper clip by keyboard
    <div
      className={styles.drop}
      onDragEnter={enter(1)}
      onDragLeave={enter(-1)}
      onDragOver={(event) => files(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!files(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        composer.files.add([...event.dataTransfer.files].map((file) => ({ file, name: file.name })));
      }}
    >
      {children}
      {over && (
        <p className={styles.over}>
          <Upload aria-hidden size={28} />
          {say("composer.drop")}
        </p>
      )}
    </div>
  );
}
