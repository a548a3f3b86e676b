// Where one writes otherwise: a voice message while it is recorded, and before it is sent.
import { SendHorizontal, Square, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { Group } from "react-aria-components";

import type { VoiceModel, VoiceState } from "../../models/voice/voice.model.ts";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useTexts } from "../../parts/texts.tsx";
import { clockLength } from "../../texts/times.ts";
import { PlayerView, Waveform } from "./player.view.tsx";
import styles from "./voice.module.css";

const LEVELS_SHOWN = 40;

export function VoiceRecorderView({ model }: { model: VoiceModel }) {
  const { say, locale } = useTexts();
  const state = useLive(model.state);
  const name = say("rooms.last-voice");
  return (
    <Group className={styles.recorder ?? ""} aria-label={name}>
      <IconButton icon={Trash2} label={say("composer.voice-discard")} onPress={() => void model.cancel()} />
      {state.kind === "ready" ? (
        <Preview state={state} name={name} />
      ) : (
        <Recording state={state} locale={locale} />
      )}
      {state.kind === "recording" && (
        <IconButton
          icon={Square}
          label={say("composer.voice-stop")}
          autoFocus
          onPress={() => void model.stop()}
        />
      )}
      {state.kind === "ready" && (
        <IconButton
          icon={SendHorizontal}
          label={say("common.send")}
          autoFocus
          onPress={() => void model.send(`${name}.ogg`)}
        />
      )}
    </Group>
  );
}

function Recording({ state, locale }: { state: VoiceState; locale: string }) {
  const { say } = useTexts();
  const [ms, levels] = state.kind === "recording" ? [state.ms, state.levels] : [0, []];
  return (
    <>
      <span className={styles.live} role="status">
        {say(state.kind === "starting" ? "composer.voice-starting" : "composer.voice-recording")}
      </span>
      <span className={styles.recording}>
        <Waveform waveform={levels.slice(-LEVELS_SHOWN)} part={1} />
      </span>
      <span className={styles.time} role="timer">
        {clockLength(ms, locale)}
      </span>
    </>
  );
}

function Preview({ state, name }: { state: Extract<VoiceState, { kind: "ready" }>; name: string }) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(state.file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [state.file]);
  return <PlayerView address={address} name={name} durationMs={state.ms} waveform={state.waveform} />;
}
