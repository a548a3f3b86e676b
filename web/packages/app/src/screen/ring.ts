// The sound of a new message: two soft notes, made here, so that no file has to come from anywhere.

const NOTES_HZ = [784, 1_047] as const;
const APART_S = 0.09;
const LENGTH_S = 0.35;
const LOUD = 0.12;

let context: AudioContext | undefined;

/** Says nothing where the browser wants the person to have pressed something first. */
export function ring(): void {
  context ??= new AudioContext();
  void context.resume();
  for (const [place, frequency] of NOTES_HZ.entries()) note(context, frequency, place * APART_S);
}

function note(audio: AudioContext, frequency: number, afterS: number): void {
  const begin = audio.currentTime + afterS;
  const tone = new OscillatorNode(audio, { type: "sine", frequency });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.linearRampToValueAtTime(LOUD, begin + 0.01);
  volume.gain.exponentialRampToValueAtTime(0.0001, begin + LENGTH_S);
  tone.connect(volume).connect(audio.destination);
  tone.start(begin);
  tone.stop(begin + LENGTH_S);
}
