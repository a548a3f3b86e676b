// One sound at a time: where it stands, and how fast it runs.
import { useEffect, useRef, useState } from "react";

export const SPEEDS = [1, 1.5, 2] as const;

/** What begins to play ends what played. */
let playing: HTMLAudioElement | undefined;

/** Whether something in a conversation is listened to or watched: what it stands in has to stay. */
export function isPlaying(): boolean {
  const media = [playing, ...document.querySelectorAll<HTMLVideoElement>("article video")];
  return media.some((one) => one && !one.paused);
}

export interface Player {
  readonly playing: boolean;
  readonly atMs: number;
  /** As the file says, once it does. */
  readonly durationMs: number | undefined;
  readonly speed: number;
  play(): void;
  pause(): void;
  seek(ms: number): void;
  faster(): void;
}

/** `address` is nothing until the sound is here; `begin` plays it as soon as it is. */
export function usePlayer(address: string | undefined, begin: boolean): Player {
  const audio = useRef<HTMLAudioElement>(undefined);
  const [state, setState] = useState({
    playing: false,
    atMs: 0,
    durationMs: undefined as number | undefined,
  });
  const [speed, setSpeed] = useState<number>(SPEEDS[0]);
  useEffect(() => {
    if (!address) return undefined;
    const sound = new Audio(address);
    audio.current = sound;
    const look = (): void =>
      setState({
        playing: !sound.paused && !sound.ended,
        atMs: sound.currentTime * 1000,
        // A file that does not say its length is endless until it was played.
        durationMs: Number.isFinite(sound.duration) ? sound.duration * 1000 : undefined,
      });
    const events = ["timeupdate", "play", "pause", "ended", "durationchange", "seeked"] as const;
    for (const event of events) sound.addEventListener(event, look);
    return () => {
      for (const event of events) sound.removeEventListener(event, look);
      sound.pause();
      sound.removeAttribute("src");
      if (playing === sound) playing = undefined;
      audio.current = undefined;
    };
  }, [address]);
  useEffect(() => {
    if (address && begin) start(audio.current);
  }, [address, begin]);
  return {
    ...state,
    speed,
    play: () => start(audio.current),
    pause: () => audio.current?.pause(),
    seek: (ms) => {
      if (audio.current) audio.current.currentTime = ms / 1000;
    },
    faster: () => {
      const next = SPEEDS[(SPEEDS.indexOf(speed as 1) + 1) % SPEEDS.length] ?? SPEEDS[0];
      setSpeed(next);
      if (audio.current) audio.current.playbackRate = next;
    },
  };
}

function start(sound: HTMLAudioElement | undefined): void {
  if (!sound) return;
  if (playing && playing !== sound) playing.pause();
  playing = sound;
  // A browser may want to be pressed once more.
  void sound.play().catch(() => undefined);
}
