// A voice message: recorded, listened to once more, and sent or thrown away.
import { type Live, type OutgoingFile, signal } from "@herold/engine";

export interface Recording {
  /** How loud it is right now, from 0 to 1. */
  level(): number;
  stop(): Promise<Blob>;
  cancel(): Promise<void>;
}

export type VoiceState =
  | { readonly kind: "idle" }
  | { readonly kind: "starting" }
  | { readonly kind: "recording"; readonly ms: number; readonly levels: readonly number[] }
  | { readonly kind: "ready"; readonly file: Blob; readonly ms: number; readonly waveform: readonly number[] }
  | { readonly kind: "failed"; readonly why: "refused" | "no-microphone" | "unknown" };

export interface VoiceOptions {
  readonly record: () => Promise<Recording>;
  readonly now: () => number;
  /** Calls again and again until the function that is given back is called. */
  readonly every: (ms: number, act: () => void) => () => void;
  readonly send: (file: OutgoingFile) => Promise<void>;
}

const LOOK_MS = 60;
/** A message, not a lecture: it ends by itself, and can be sent then. */
const LENGTH_MAX_MS = 30 * 60_000;
/** What is shorter was a slip of the finger. */
const LENGTH_MIN_MS = 300;
/** How fine the waveform is that is sent. */
const WAVEFORM_POINTS = 100;

export class VoiceModel {
  readonly #options: VoiceOptions;
  readonly #state = signal<VoiceState>({ kind: "idle" });
  #recording: Recording | undefined;
  #stopLooking: (() => void) | undefined;

  readonly state: Live<VoiceState> = this.#state;

  constructor(options: VoiceOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#state.peek().kind === "starting" || this.#recording) return;
    this.#state.value = { kind: "starting" };
    try {
      const recording = await this.#options.record();
      // Given up while the browser asked for the microphone.
      if (this.#state.peek().kind !== "starting") {
        await recording.cancel();
        return;
      }
      this.#recording = recording;
      this.#look(recording);
    } catch (error) {
      this.#state.value = { kind: "failed", why: whyNot(error) };
    }
  }

  #look(recording: Recording): void {
    const startedAt = this.#options.now();
    let levels: readonly number[] = [];
    this.#state.value = { kind: "recording", ms: 0, levels };
    this.#stopLooking = this.#options.every(LOOK_MS, () => {
      const ms = this.#options.now() - startedAt;
      levels = [...levels, recording.level()];
      this.#state.value = { kind: "recording", ms, levels };
      if (ms >= LENGTH_MAX_MS) void this.stop();
    });
  }

  async stop(): Promise<void> {
    const state = this.#state.peek();
    const recording = this.#end();
    if (state.kind !== "recording" || !recording) return;
    if (state.ms < LENGTH_MIN_MS) {
      this.#state.value = { kind: "idle" };
      await recording.cancel();
      return;
    }
    try {
      const file = await recording.stop();
      this.#state.value = {
        kind: "ready",
        file,
        ms: state.ms,
        waveform: resampled(state.levels, WAVEFORM_POINTS),
      };
    } catch {
      this.#state.value = { kind: "failed", why: "unknown" };
    }
  }

  async cancel(): Promise<void> {
    const recording = this.#end();
    this.#state.value = { kind: "idle" };
    await recording?.cancel();
  }

  async send(name: string): Promise<void> {
    const state = this.#state.peek();
    if (state.kind !== "ready") return;
    this.#state.value = { kind: "idle" };
    const voice = { durationMs: Math.round(state.ms), waveform: state.waveform };
    await this.#options.send({ file: state.file, name, caption: undefined, voice });
  }

  #end(): Recording | undefined {
    this.#stopLooking?.();
    this.#stopLooking = undefined;
    const recording = this.#recording;
    this.#recording = undefined;
    return recording;
  }
}

function whyNot(error: unknown): "refused" | "no-microphone" | "unknown" {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  return name === "NotFoundError" || name === "NotReadableError" ? "no-microphone" : "unknown";
}

/** The loudest of each part, stretched so that the loudest of all is 1. */
export function resampled(levels: readonly number[], points: number): readonly number[] {
  if (levels.length === 0) return [];
  const count = Math.min(points, levels.length);
  const parts = Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * levels.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * levels.length) / count));
    return Math.max(...levels.slice(from, to));
  });
  const loudest = Math.max(...parts, Number.EPSILON);
  return parts.map((part) => Math.round((part / loudest) * 100) / 100);
}
