// What is heard while a call rings: two tones again and again, made here; for oneself softer and lower.
import type { CallPhase } from "@herold/engine";
import { useEffect } from "react";

const EVERY_MS = 3_000;
const TONE_S = 0.35;

export function useRinging(phase: CallPhase): void {
  useEffect(() => {
    if (phase !== "ringing-in" && phase !== "ringing-out") return undefined;
    const incoming = phase === "ringing-in";
    const context = new AudioContext();
    const ring = (): void => {
      tone(context, incoming ? 660 : 425, 0, incoming ? 0.12 : 0.04);
      tone(context, incoming ? 880 : 425, TONE_S, incoming ? 0.12 : 0.04);
    };
    ring();
    const timer = setInterval(ring, EVERY_MS);
    return () => {
      clearInterval(timer);
      void context.close();
    };
  }, [phase]);
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
