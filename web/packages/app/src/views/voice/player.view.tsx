// A sound that is played: with its waveform if it has one, a place to jump to, and how fast it runs.
import { Pause, Play } from "lucide-react";
import { useState } from "react";
import { Button, Group, Slider, SliderThumb, SliderTrack } from "react-aria-components";

import { IconButton } from "../../parts/button.tsx";
import { useTexts } from "../../parts/texts.tsx";
import { clockLength } from "../../texts/times.ts";
import { usePlayer } from "./player.ts";
import styles from "./voice.module.css";

interface Props {
  /** Nothing until the sound is here. */
  readonly address: string | undefined;
  readonly failed?: boolean;
  readonly name: string;
  readonly durationMs: number | undefined;
  readonly waveform: readonly number[];
  /** Fetches the sound when it is played for the first time. */
  readonly fetch?: () => void;
}

/** Steps of the arrow keys. */
const STEP_MS = 1_000;

export function PlayerView({ address, failed = false, name, durationMs, waveform, fetch }: Props) {
  const { say, locale } = useTexts();
  const [wanted, setWanted] = useState(false);
  const player = usePlayer(address, wanted);
  // What the message says of its length may be wrong: the file knows better.
  const wholeMs = player.durationMs ?? durationMs ?? 0;
  const play = (): void => {
    setWanted(true);
    if (address) player.play();
    else fetch?.();
  };
  const times = `${clockLength(player.atMs, locale)} / ${clockLength(wholeMs, locale)}`;
  return (
    <Group className={styles.player ?? ""} aria-label={name}>
      <IconButton
        icon={player.playing ? Pause : Play}
        label={say(player.playing ? "message.pause" : "message.play", { name })}
        isDisabled={failed || (wanted && !address)}
        onPress={player.playing ? player.pause : play}
      />
      <Slider
        className={styles.slider ?? ""}
        aria-label={say("message.position")}
        minValue={0}
        maxValue={Math.max(wholeMs, 1)}
        step={STEP_MS / 10}
        value={Math.min(player.atMs, wholeMs)}
        isDisabled={!address}
        onChange={(ms) => player.seek(ms as number)}
      >
        <SliderTrack className={styles.track ?? ""}>
          <Waveform waveform={waveform} part={wholeMs > 0 ? player.atMs / wholeMs : 0} />
          <SliderThumb className={styles.thumb ?? ""} />
        </SliderTrack>
      </Slider>
      <span className={styles.time}>{failed ? say("message.file-failed") : times}</span>
      <Button
        className={styles.speed ?? ""}
        aria-label={say("message.speed", { speed: player.speed })}
        onPress={player.faster}
      >
        {new Intl.NumberFormat(locale).format(player.speed)}×
      </Button>
    </Group>
  );
}

const BARS = 40;

export function Waveform({ waveform, part }: { waveform: readonly number[]; part: number }) {
  if (waveform.length === 0) return <span className={styles.line} aria-hidden />;
  const count = Math.min(BARS, waveform.length);
  const bars = Array.from(
    { length: count },
    (_, index) => waveform[Math.floor((index * waveform.length) / count)] ?? 0,
  );
  return (
    <span className={styles.bars} aria-hidden>
      {bars.map((height, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the bars of one sound never move
          key={index}
          data-played={index / bars.length < part}
          style={{ blockSize: `${Math.max(8, height * 100)}%` }}
        />
      ))}
    </span>
  );
}
