// The calls behind the one in front: somebody rings while one talks, somebody waits.
import type { Call, Calls } from "@herold/engine";
import { ArrowLeftRight, type LucideIcon, Pause, Phone, PhoneForwarded, PhoneOff } from "lucide-react";
import { useState } from "react";

import { Attempt } from "../../models/attempt.ts";
import { type Offer, offersOn } from "../../models/calls/offers.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./call.module.css";
import { useRinging } from "./ringing.ts";

const ICONS: Record<Offer["words"], LucideIcon> = {
  accept: Phone,
  "hold-and-accept": Pause,
  "end-and-accept": PhoneForwarded,
  switch: ArrowLeftRight,
  resume: Phone,
};

interface Props {
  readonly calls: Calls;
  readonly front: Call;
}

export function OthersView({ calls, front }: Props) {
  const others = useLive(calls.others);
  return others.map((call) => <Other key={call.callId} calls={calls} call={call} front={front} />);
}

function Other({ calls, call, front }: Props & { readonly call: Call }) {
  const say = useSay();
  const [attempt] = useState(() => new Attempt());
  const busy = useLive(attempt.busy);
  const { phase } = useLive(call.state);
  const inFront = useLive(front.state).phase;
  const rings = phase === "ringing-in";
  useRinging(rings ? "waiting" : undefined);
  const { name } = call.other;
  const words = rings
    ? say(call.video ? "calls.waiting-video" : "calls.waiting", { name })
    : say("calls.waits", { name });
  return (
    <section className={styles.other} aria-label={words}>
      <div className={styles.head}>
        <Avatar id={call.other.userId} name={name} address={call.other.avatar} size="small" />
        <span className={styles.words} role="status">
          {words}
        </span>
      </div>
      <div className={styles.answer}>
        {offersOn(phase, inFront).map((offer, index) => (
          <Button
            key={offer.words}
            look={index === 0 ? "primary" : "plain"}
            icon={ICONS[offer.words]}
            isDisabled={busy}
            onPress={() => void attempt.make(() => calls.take(call, offer.inFront))}
          >
            {say(`calls.${offer.words}`)}
          </Button>
        ))}
        <Button look="danger" icon={PhoneOff} onPress={() => (rings ? call.decline() : call.hangUp())}>
          {say(rings ? "calls.decline" : "calls.hang-up")}
        </Button>
      </div>
    </section>
  );
}
