// Files that are dragged over a place may be let go anywhere on it.
import { Upload } from "lucide-react";
import { type ClipboardEvent, type DragEvent, type ReactNode, useRef, useState } from "react";

import styles from "./file-drop.module.css";

export interface NamedFile {
  readonly file: Blob;
  readonly name: string;
}

interface Props {
  readonly allowed: boolean;
  /** What happens when they are let go. */
  readonly hint: string;
  readonly onFiles: (files: readonly NamedFile[]) => void;
  readonly children: ReactNode;
}

export function FileDrop({ allowed, hint, onFiles, children }: Props) {
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
    // biome-ignore lint/a11y/noStaticElementInteractions: the same is done with a button by keyboard
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
        onFiles(named(event.dataTransfer.files));
      }}
    >
      {children}
      {over && (
        <p className={styles.over}>
          <span className={styles.hint}>
            <Upload aria-hidden size={28} />
            {hint}
          </span>
        </p>
      )}
    </div>
  );
}

export const named = (files: Iterable<File>): NamedFile[] =>
  [...files].map((file) => ({ file, name: file.name }));

/** The files that are pasted, where it is not words. */
export function pasted({ clipboardData: { files, types } }: ClipboardEvent): readonly NamedFile[] {
  // A text editor puts a picture of the words beside the words.
  return types.includes("text/plain") ? [] : named(files);
}
