// Exporting a conversation: what is wanted, how far it is, and what became of it.
import { Failure, type FailureReason, type Live, type Media, type Room, signal } from "@herold/engine";
import { makeZip } from "client-zip";

import type { Texts } from "../../texts/texts.ts";
import { dayBegin } from "../days.ts";
import { Archive, type Counts } from "./archive.ts";
import { safeName } from "./names.ts";

export interface Wanted {
  readonly period: "all" | "days";
  /** As `<input type="date">` says them; empty for any. */
  readonly fromDay: string;
  readonly untilDay: string;
  readonly withFiles: boolean;
}

export type ExportState =
  | { readonly kind: "asking" }
  | { readonly kind: "working"; readonly counts: Counts /** From 0 to 1. */; readonly part: number }
  | { readonly kind: "done"; readonly counts: Counts }
  | { readonly kind: "failed"; readonly reason: FailureReason };

/** Where the file goes, chunk by chunk. What was aborted leaves nothing there. */
export type Target = (file: ReadableStream<Uint8Array>, signal: AbortSignal) => Promise<void>;

export interface ExportOptions {
  readonly room: Room;
  readonly media: Media;
  readonly madeBy: string;
  readonly clean: (html: string) => string;
  readonly nowMs: () => number;
}

const NONE: Counts = { messages: 0, files: 0, unreadable: 0, missing: 0 };

export class ExportModel {
  readonly #options: ExportOptions;
  readonly #wanted = signal<Wanted>({ period: "all", fromDay: "", untilDay: "", withFiles: true });
  readonly #state = signal<ExportState>({ kind: "asking" });
  #abort: AbortController | undefined;

  readonly wanted: Live<Wanted> = this.#wanted;
  readonly state: Live<ExportState> = this.#state;

  constructor(options: ExportOptions) {
    this.#options = options;
  }

  want(change: Partial<Wanted>): void {
    this.#wanted.value = { ...this.#wanted.peek(), ...change };
  }

  /** What the file is called. */
  nameIn({ say }: Texts): string {
    return `${safeName(say("export.file-name", { name: this.#options.room.summary.peek().name }))}.zip`;
  }

  async start(target: Target, texts: Texts): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#state.value = { kind: "working", counts: NONE, part: 0 };
    const archive = this.#archive(abort.signal, texts);
    try {
      await target(makeZip(archive.entries()), abort.signal);
      this.#state.value = { kind: "done", counts: archive.counts };
    } catch (error) {
      const reason = error instanceof Failure ? error.reason : "unknown";
      this.#state.value = abort.signal.aborted ? { kind: "asking" } : { kind: "failed", reason };
    }
  }

  /** Stops it; nothing of it stays. */
  cancel(): void {
    this.#abort?.abort();
  }

  #archive(signal: AbortSignal, texts: Texts): Archive {
    const { room, media, madeBy, clean, nowMs } = this.#options;
    const { period, fromDay, untilDay, withFiles } = this.#wanted.peek();
    const days = period === "days";
    const fromMs = days ? dayBegin(fromDay, 0) : undefined;
    const untilMs = days ? dayBegin(untilDay, 1) : undefined;
    const madeAtMs = nowMs();
    let firstMs: number | undefined;
    return new Archive({
      room,
      media,
      period: { fromMs, untilMs },
      withFiles,
      madeBy,
      madeAtMs,
      title: room.summary.peek().name,
      texts,
      clean,
      signal,
      progress: (counts, atMs) => {
        firstMs ??= atMs;
        const whole = Math.max(1, Math.min(untilMs ?? madeAtMs, madeAtMs) - firstMs);
        const part = Math.min(1, Math.max(0, (atMs - firstMs) / whole));
        this.#state.value = { kind: "working", counts, part };
      },
    });
  }
}
