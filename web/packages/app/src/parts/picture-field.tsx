// The picture of a room: chosen from a file, shown as it is going to look, taken away again.
import { ImagePlus, Trash2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { FileTrigger } from "react-aria-components";

import { Button } from "./button.tsx";
import styles from "./picture-field.module.css";
import { useSay } from "./texts.tsx";

const CropDialog = lazy(() =>
  import("./crop-dialog.tsx").then(({ CropDialog }) => ({ default: CropDialog })),
);

interface Props {
  /** What is shown as long as nothing was chosen. */
  readonly children: ReactNode;
  readonly chosen: Blob | undefined;
  /** Nothing takes the picture away. */
  readonly onChange: (picture: Blob | undefined) => void;
  /** There is a picture already that may be taken away. */
  readonly removable: boolean;
}

export function PictureField({ children, chosen, onChange, removable }: Props) {
  const say = useSay();
  const [file, setFile] = useState<File>();
  const address = useAddress(chosen);
  return (
    <div className={styles.field}>
      {address ? <img className={styles.picture} src={address} alt="" /> : children}
      <div className={styles.actions}>
        <FileTrigger acceptedFileTypes={["image/*"]} onSelect={(files) => setFile(files?.[0])}>
          <Button icon={ImagePlus}>{say("common.choose-picture")}</Button>
        </FileTrigger>
        {(chosen !== undefined || removable) && (
          <Button icon={Trash2} onPress={() => onChange(undefined)}>
            {say("common.remove-picture")}
          </Button>
        )}
      </div>
      {file && (
        <Suspense fallback={null}>
          <CropDialog
            file={file}
            round={false}
            onClose={() => setFile(undefined)}
            onDone={(picture) => {
              setFile(undefined);
              onChange(picture);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

function useAddress(picture: Blob | undefined): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = picture && URL.createObjectURL(picture);
    setAddress(made);
    return () => {
      if (made) URL.revokeObjectURL(made);
    };
  }, [picture]);
  return address;
}
