// The square of a picture that others see, chosen with mouse, finger or arrow keys. A chunk of its own.
import { type SyntheticEvent, useEffect, useRef, useState } from "react";
import { centerCrop, makeAspectCrop, type PercentCrop, ReactCrop } from "react-image-crop";
import "react-image-crop/dist/ReactCrop.css";

import { Button } from "./button.tsx";
import styles from "./crop-dialog.module.css";
import { Dialog, DialogActions } from "./dialog.tsx";
import { Notice } from "./notice.tsx";
import { useSay } from "./texts.tsx";

/** Enough for the largest place on the finest screens. */
const SIDE_PX = 512;

interface Props {
  readonly file: Blob;
  /** People are shown round, rooms square. */
  readonly round?: boolean;
  readonly onDone: (picture: Blob) => void;
  readonly onClose: () => void;
}

export function CropDialog({ file, round = true, onDone, onClose }: Props) {
  const say = useSay();
  const image = useRef<HTMLImageElement>(null);
  const [address, setAddress] = useState<string>();
  const [crop, setCrop] = useState<PercentCrop>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  const begin = ({ currentTarget: { width, height } }: SyntheticEvent<HTMLImageElement>): void => {
    setCrop(centerCrop(makeAspectCrop({ unit: "%", width: 90 }, 1, width, height), width, height));
  };
  const done = async (): Promise<void> => {
    const picture = image.current && crop && (await squareOf(image.current, crop, file.type));
    if (picture) onDone(picture);
    else setFailed(true);
  };
  return (
    <Dialog title={say("picture.crop-title")} onClose={onClose}>
      {failed ? (
        <Notice kind="danger">{say("picture.not-readable")}</Notice>
      ) : (
        <>
          <p>{say("picture.crop-text")}</p>
          <div className={styles.place}>
            <ReactCrop
              {...(crop ? { crop } : {})}
              onChange={(_pixels, percent) => setCrop(percent)}
              aspect={1}
              circularCrop={round}
              keepSelection
              minWidth={24}
              className={styles.crop ?? ""}
              ariaLabels={ariaLabels(say)}
            >
              {address && (
                <img
                  ref={image}
                  src={address}
                  alt=""
                  className={styles.image}
                  onLoad={begin}
                  onError={() => setFailed(true)}
                />
              )}
            </ReactCrop>
          </div>
        </>
      )}
      <DialogActions>
        {!failed && (
          <Button look="primary" isDisabled={!crop} onPress={() => void done()}>
            {say("picture.use")}
          </Button>
        )}
        <Button onPress={onClose}>{say("common.cancel")}</Button>
      </DialogActions>
    </Dialog>
  );
}

function ariaLabels(say: ReturnType<typeof useSay>) {
  const handle = say("picture.crop-edge");
  return {
    cropArea: say("picture.crop-area"),
    nwDragHandle: handle,
    nDragHandle: handle,
    neDragHandle: handle,
    eDragHandle: handle,
    seDragHandle: handle,
    sDragHandle: handle,
    swDragHandle: handle,
    wDragHandle: handle,
  };
}

/** What was chosen, in the size in which it is sent; nothing when the browser cannot draw it. */
function squareOf(image: HTMLImageElement, crop: PercentCrop, type: string): Promise<Blob | undefined> {
  const { naturalWidth, naturalHeight } = image;
  const [left, top, across, down] = [
    (crop.x / 100) * naturalWidth,
    (crop.y / 100) * naturalHeight,
    (crop.width / 100) * naturalWidth,
    (crop.height / 100) * naturalHeight,
  ];
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(Math.min(SIDE_PX, across));
  const context = canvas.getContext("2d");
  if (!context || canvas.width === 0) return Promise.resolve(undefined);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, left, top, across, down, 0, 0, canvas.width, canvas.height);
  // Photographs stay what they are; everything else may have parts that are transparent.
  const photograph = type === "image/jpeg";
  return new Promise((resolve) => {
    canvas.toBlob((blob) => resolve(blob ?? undefined), photograph ? "image/jpeg" : "image/png", 0.9);
  });
}
