// The camera looks for the code of the other device. Its pictures stay in this page and are looked at one by one.
import { useEffect, useRef, useState } from "react";

import { readCode } from "../../models/verification/qr-code.ts";
import type { VerificationModel } from "../../models/verification/verification.model.ts";
import { Button } from "../../parts/button.tsx";
import { DialogActions } from "../../parts/dialog.tsx";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./verification.module.css";

const LOOK_MS = 150;
/** Larger pictures take longer and show no more of a code that fills the screen. */
const WIDTH_MAX = 800;

export function ScannerView({ model }: { model: VerificationModel }) {
  const say = useSay();
  const video = useRef<HTMLVideoElement>(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    const watching = new AbortController();
    const found = (code: Uint8Array): Promise<unknown> => model.scanned(code);
    watch(video.current, found, watching.signal).catch(() => setRefused(true));
    return () => watching.abort();
  }, [model]);
  return (
    <>
      {refused ? (
        <Notice kind="warning">{say("verification.camera-refused")}</Notice>
      ) : (
        <>
          <p>{say("verification.camera")}</p>
          <video ref={video} className={styles.camera} muted playsInline />
        </>
      )}
      <DialogActions>
        <Button onPress={() => model.lookForCode(false)}>{say("common.back")}</Button>
      </DialogActions>
    </>
  );
}

async function watch(
  video: HTMLVideoElement | null,
  found: (code: Uint8Array) => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
  };
  signal.addEventListener("abort", stop);
  if (signal.aborted || !video) return stop();
  video.srcObject = stream;
  await video.play();
  const canvas = document.createElement("canvas");
  while (!signal.aborted) {
    const code = await codeIn(video, canvas);
    if (code && !signal.aborted) await found(code);
    await new Promise((resume) => setTimeout(resume, LOOK_MS));
  }
}

async function codeIn(video: HTMLVideoElement, canvas: HTMLCanvasElement): Promise<Uint8Array | undefined> {
  if (video.videoWidth === 0) return undefined;
  const scale = Math.min(1, WIDTH_MAX / video.videoWidth);
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  const picture = canvas.getContext("2d", { willReadFrequently: true });
  if (!picture) return undefined;
  picture.drawImage(video, 0, 0, canvas.width, canvas.height);
  return readCode(picture.getImageData(0, 0, canvas.width, canvas.height));
}
