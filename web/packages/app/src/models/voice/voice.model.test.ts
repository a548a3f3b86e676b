import type { OutgoingFile } from "@herold/engine";
import { expect, test } from "vitest";

import { type Recording, resampled, VoiceModel } from "./voice.model.ts";

function voice(record?: () => Promise<Recording>) {
  let nowMs = 0;
  let tick: (() => void) | undefined;
  const sent: OutgoingFile[] = [];
  const done: string[] = [];
  const recording: Recording = {
    level: () => 0.5,
    stop: async () => new Blob(["sound"], { type: "audio/ogg" }),
    cancel: async () => void done.push("cancelled"),
  };
  const model = new VoiceModel({
    record: record ?? (async () => recording),
    now: () => nowMs,
    every: (_ms, act) => {
      tick = act;
      return () => {
        tick = undefined;
      };
    },
    send: async (file) => void sent.push(file),
  });
  const pass = (ms: number): void => {
    nowMs += ms;
    tick?.();
  };
  return { model, pass, sent, done, ticking: () => tick !== undefined };
}

test("what was recorded is listened to and sent with its length and its waveform", async () => {
  const { model, pass, sent, ticking } = voice();
  await model.start();
  pass(600);
  pass(600);
  expect(model.state.value).toMatchObject({ kind: "recording", ms: 1200, levels: [0.5, 0.5] });
  await model.stop();
  expect(model.state.value.kind).toBe("ready");
  expect(ticking()).toBe(false);
  await model.send("voice.ogg");
  expect(sent).toMatchObject([{ name: "voice.ogg", voice: { durationMs: 1200, waveform: [1, 1] } }]);
  expect(model.state.value.kind).toBe("idle");
});

test("what is thrown away is not sent", async () => {
  const { model, pass, sent, done } = voice();
  await model.start();
  pass(1000);
  await model.cancel();
  expect([model.state.value.kind, done]).toEqual(["idle", ["cancelled"]]);
  await model.send("voice.ogg");
  expect(sent).toEqual([]);
});

test("a slip of the finger is no message, and an endless one ends", async () => {
  const short = voice();
  await short.model.start();
  short.pass(100);
  await short.model.stop();
  expect([short.model.state.value.kind, short.done]).toEqual(["idle", ["cancelled"]]);
  const long = voice();
  await long.model.start();
  long.pass(31 * 60_000);
  await expect.poll(() => long.model.state.value.kind).toBe("ready");
});

test.each([
  ["NotAllowedError", "refused"],
  ["NotFoundError", "no-microphone"],
  ["Error", "unknown"],
])("%s is said as %s", async (name, why) => {
  const { model } = voice(async () => {
    throw Object.assign(new Error("no"), { name });
  });
  await model.start();
  expect(model.state.value).toEqual({ kind: "failed", why });
});

test("given up while the microphone was asked for, it is let go of", async () => {
  let give: (recording: Recording) => void = () => undefined;
  const { model, done } = voice(() => new Promise((resolve) => (give = resolve)));
  const starting = model.start();
  await model.cancel();
  give({ level: () => 0, stop: async () => new Blob(), cancel: async () => void done.push("let go") });
  await starting;
  expect([model.state.value.kind, done]).toEqual(["idle", ["let go"]]);
});

test("a waveform has the loudest of each part", () => {
  expect(resampled([0.1, 0.5, 0.2, 0.25], 2)).toEqual([1, 0.5]);
  expect(resampled([0.2], 100)).toEqual([1]);
  expect(resampled([], 100)).toEqual([]);
  expect(resampled([0, 0], 2)).toEqual([0, 0]);
});
