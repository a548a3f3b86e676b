// Records the microphone as Ogg with Opus in it, which every Matrix app plays; a chunk of its own, with its encoder.
import Recorder from "opus-recorder";
import encoderPath from "opus-recorder/dist/encoderWorker.min.js?url";

import type { Recording } from "../models/voice/voice.model.ts";

const SAMPLE_RATE = 48_000;
const BIT_RATE = 24_000;
const FRAME_MS = 20;
/** Opus' mode for speech. */
const VOICE = 2048;

/** Rejects with what the browser says when there is no microphone, or none is given. */
export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
  });
  const context = new AudioContext({ sampleRate: SAMPLE_RATE });
  const source = context.createMediaStreamSource(stream);
  const analyser = context.createAnalyser();
  source.connect(analyser);
  const recorder = new Recorder({
    encoderPath,
    sourceNode: source,
    encoderSampleRate: SAMPLE_RATE,
    encoderApplication: VOICE,
    encoderBitRate: BIT_RATE,
    encoderFrameSize: FRAME_MS,
    numberOfChannels: 1,
    streamPages: true,
  });
  const pages: Uint8Array<ArrayBuffer>[] = [];
  recorder.ondataavailable = (page) => pages.push(page);
  await recorder.start();
  const samples = new Float32Array(analyser.fftSize);
  const release = async (): Promise<void> => {
    await recorder.stop();
    await recorder.close();
    for (const track of stream.getTracks()) track.stop();
    await context.close();
  };
  return {
    level: () => {
      analyser.getFloatTimeDomainData(samples);
      let loudest = 0;
      for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
      return Math.min(1, loudest);
    },
    stop: async () => {
      await release();
      return new Blob(pages, { type: "audio/ogg" });
    },
    cancel: release,
  };
}
