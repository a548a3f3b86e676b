// One call: who it is with, how it stands, and what can be done.
import type { Call, CallState, Calls } from "@herold/engine";
import {
  Maximize2,
  Mic,
  MicOff,
  Minimize2,
  MonitorOff,
  MonitorUp,
  Phone,
  PhoneOff,
  Play,
  Video,
  VideoOff,
  X,
} from "lucide-react";
import { useEffect, useState } from "react";
import { Toolbar } from "react-aria-components";

import { Attempt } from "../../models/attempt.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button, IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import type { Say } from "../../texts/texts.ts";
import { clockLength } from "../../texts/times.ts";
import styles from "./call.module.css";
import { OthersView } from "./others.view.tsx";
import { useRinging } from "./ringing.ts";
import { StreamsView } from "./streams.view.tsx";

/** Why it stopped ringing, for whoever was on the way to this device; then it is in nobody's way. */
const ELSEWHERE_MS = 6_000;

interface Props {
  readonly calls: Calls;
  readonly call: Call;
}

export function CallView({ calls, call }: Props) {
  const say = useSay();
  const state = useLive(call.state);
  const [large, setLarge] = useState(false);
  const ended = state.phase === "ended";
  useRinging(state.phase === "ringing-in" ? "in" : state.phase === "ringing-out" ? "out" : undefined);
  useEffect(() => {
    if (!ended) return undefined;
    // Who ended it knows.
    if (state.end === "hung-up") calls.forget();
    if (state.end !== "elsewhere") return undefined;
    const told = setTimeout(() => calls.forget(), ELSEWHERE_MS);
    return () => clearTimeout(told);
  }, [ended, state.end, calls]);
  return (
    <section
      className={styles.call}
      data-large={large && !ended}
      aria-label={say(call.video ? "calls.video-with" : "calls.with", { name: call.other.name })}
    >
      <header className={styles.head}>
        <Avatar id={call.other.userId} name={call.other.name} address={call.other.avatar} />
        <div className={styles.about}>
          <strong>{call.other.name}</strong>
          <Status call={call} state={state} />
        </div>
        {ended ? (
          <IconButton icon={X} label={say("common.close")} onPress={() => calls.forget()} />
        ) : (
          state.phase !== "ringing-in" && (
            <IconButton
              icon={large ? Minimize2 : Maximize2}
              label={say(large ? "calls.smaller" : "calls.larger")}
              onPress={() => setLarge(!large)}
            />
          )
        )}
      </header>
      {!ended && state.phase !== "ringing-in" && <StreamsView call={call} streams={state.streams} />}
      {state.phase === "ringing-in" && <Answer call={call} />}
      {!ended && state.phase !== "ringing-in" && <Controls call={call} state={state} />}
      <OthersView calls={calls} front={call} />
    </section>
  );
}

function Status({ call, state }: { call: Call; state: CallState }) {
  const { say, locale } = useTexts();
  const lasts = useLength(state);
  return (
    <span className={styles.status}>
      <span role="status">{words(call, state, say)}</span>
      {lasts !== undefined && <span role="timer"> {clockLength(lasts, locale)}</span>}
    </span>
  );
}

function words(call: Call, state: CallState, say: Say): string {
  switch (state.phase) {
    case "ringing-in":
      return say(call.video ? "calls.rings-video" : "calls.rings");
    case "ringing-out":
      return say("calls.ringing");
    case "connecting":
      return say("calls.connecting");
    case "connected":
      if (state.held.here) return say("calls.on-hold");
      if (state.held.there) return say("calls.held-there", { name: call.other.name });
      return say("calls.connected");
    case "reconnecting":
      return say("calls.reconnecting");
    case "ended":
      return say(
        call.incoming && state.end === "no-answer" ? "calls.missed" : `calls.end-${state.end ?? "unknown"}`,
      );
  }
}

/** How long the two have been connected; nothing before and after. */
function useLength({ phase, connectedAtMs }: CallState): number | undefined {
  const [now, setNow] = useState(() => Date.now());
  const runs = (phase === "connected" || phase === "reconnecting") && connectedAtMs !== undefined;
  useEffect(() => {
    if (!runs) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [runs]);
  return runs ? Math.max(0, now - connectedAtMs) : undefined;
}

function Answer({ call }: { call: Call }) {
  const say = useSay();
  const [attempt] = useState(() => new Attempt());
  const busy = useLive(attempt.busy);
  const accept = (video: boolean): void => void attempt.make(() => call.accept(video));
  return (
    <div className={styles.answer}>
      <Button look="danger" icon={PhoneOff} onPress={() => call.decline()}>
        {say("calls.decline")}
      </Button>
      {call.video && (
        <Button icon={Phone} isDisabled={busy} onPress={() => accept(false)}>
          {say("calls.accept-sound")}
        </Button>
      )}
      <Button
        look="primary"
        icon={call.video ? Video : Phone}
        isDisabled={busy}
        autoFocus
        onPress={() => accept(call.video)}
      >
        {say("calls.accept")}
      </Button>
    </div>
  );
}

function Controls({ call, state }: { call: Call; state: CallState }) {
  const say = useSay();
  const [attempt] = useState(() => new Attempt());
  const failure = useLive(attempt.failure);
  const talking = state.phase === "connected" && !state.held.here;
  return (
    <>
      {failure && <Notice kind="warning">{say("calls.no-device")}</Notice>}
      {state.held.here && (
        <Button
          look="primary"
          icon={Play}
          autoFocus
          onPress={() => void attempt.make(() => call.hold(false))}
        >
          {say("calls.resume")}
        </Button>
      )}
      <Toolbar className={styles.controls ?? ""} aria-label={say("calls.controls")}>
        <IconButton
          icon={state.microphoneOff ? MicOff : Mic}
          label={say(state.microphoneOff ? "calls.microphone-on" : "calls.microphone-off")}
          onPress={() => void attempt.make(() => call.muteMicrophone(!state.microphoneOff))}
        />
        <IconButton
          icon={state.cameraOff ? VideoOff : Video}
          label={say(state.cameraOff ? "calls.camera-on" : "calls.camera-off")}
          isDisabled={!talking}
          onPress={() => void attempt.make(() => call.muteCamera(!state.cameraOff))}
        />
        {"getDisplayMedia" in navigator.mediaDevices && (
          <IconButton
            icon={state.sharingScreen ? MonitorOff : MonitorUp}
            label={say(state.sharingScreen ? "calls.screen-off" : "calls.screen-on")}
            isDisabled={!talking}
            onPress={() => void attempt.make(() => call.shareScreen(!state.sharingScreen))}
          />
        )}
        <Button look="danger" icon={PhoneOff} onPress={() => call.hangUp()}>
          {say("calls.hang-up")}
        </Button>
      </Toolbar>
    </>
  );
}
