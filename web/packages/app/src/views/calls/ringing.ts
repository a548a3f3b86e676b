// What is heard while a call rings: two tones again and again, made here; for oneself softer and lower, and seldom while
// one talks to somebody else.
import { useEffect } from "react";

const TONE_S = 0.35;

interface Sound {
  readonly hertz: readonly [number, number];
  readonly loud: number;
  readonly everyMs: number;
}

const SOUNDS = {
  in: { hertz: [660, 880], loud: 0.12, everyMs: 3_000 },
  out: { hertz: [425, 425], loud: 0.04, everyMs: 3_000 },
  waiting: { hertz: [660, 880], loud: 0.03, everyMs: 8_000 },
} satisfies Record<string, Sound>;

export function useRinging(what: keyof typeof SOUNDS | undefined): void {
  useEffect(() => {
    if (!what) return undefined;
    const { hertz, loud, everyMs }: Sound = SOUNDS[what];
    const context = new AudioContext();
    const ring = (): void => {
      tone(context, hertz[0], 0, loud);
      tone(context, hertz[1], TONE_S, loud);
    };
    ring();
    const timer = setInterval(ring, everyMs);
    return () => {
      clearInterval(timer);
      void context.close();
    };
  }, [what]);
}

/** Without a press before, a browser may keep it silent: then the call is only seen. */
function tone(context: AudioContext, hertz: number, afterS: number, loud: number): void {
  const start = context.currentTime + afterS;
  const [oscillator, gain] = [context.createOscillator(), context.createGain()];
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(loud, start + 0.03);
  gain.gain.linearRampToValueAtTime(0, start + TONE_S);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + TONE_S);
}
