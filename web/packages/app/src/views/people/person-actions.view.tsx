// What one may do about somebody: invite, remove, ban, ignore, report.
import { Ban, EyeOff, Flag, UserMinus, UserPlus } from "lucide-react";
import { useState } from "react";

import type { PersonModel } from "../../models/people/person.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { Row, Rows } from "../../parts/rows.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./person.module.css";

type Asking = "invite" | "kick" | "ban" | "ignore" | "report";

export function PersonActions({ model }: { model: PersonModel }) {
  const say = useSay();
  const can = useLive(model.can);
  const ignored = useLive(model.ignored);
  const [asking, setAsking] = useState<Asking>();
  return (
    <>
      <Rows label={say("person.actions")}>
        {can.invite && (
          <Row icon={UserPlus} onPress={() => setAsking("invite")}>
            {say("person.invite")}
          </Row>
        )}
        <Row icon={EyeOff} onPress={() => (ignored ? void model.setIgnored(false) : setAsking("ignore"))}>
          {say(ignored ? "person.unignore" : "person.ignore")}
        </Row>
        <Row icon={Flag} onPress={() => setAsking("report")}>
          {say("person.report")}
        </Row>
        {can.kick && (
          <Row icon={UserMinus} danger onPress={() => setAsking("kick")}>
            {say("person.kick")}
          </Row>
        )}
        {can.ban && (
          <Row icon={Ban} danger onPress={() => setAsking("ban")}>
            {say("person.ban")}
          </Row>
        )}
        {can.unban && (
          <Row icon={Ban} onPress={() => void model.unban()}>
            {say("person.unban")}
          </Row>
        )}
      </Rows>
      {asking === "invite" && <InviteTo model={model} onClose={() => setAsking(undefined)} />}
      {asking !== undefined && asking !== "invite" && (
        <Asked model={model} asking={asking} onClose={() => setAsking(undefined)} />
      )}
    </>
  );
}

interface AskedProps {
  readonly model: PersonModel;
  readonly asking: Exclude<Asking, "invite">;
  readonly onClose: () => void;
}

function Asked({ model, asking, onClose }: AskedProps) {
  const say = useSay();
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const { name } = useLive(model.profile);
  const acts = {
    kick: (reason: string) => model.kick(reason),
    ban: (reason: string) => model.ban(reason),
    report: (reason: string) => model.report(reason),
    ignore: () => model.setIgnored(true),
  };
  return (
    <ReasonDialog
      title={say(`person.${asking}-title`, { name })}
      text={<p>{say(`person.${asking}-text`, { name })}</p>}
      {...(asking === "ignore" ? {} : { reason: say(`person.${asking}-reason`) })}
      required={asking === "report"}
      action={say(asking === "report" ? "common.send" : `person.${asking}`)}
      busy={busy}
      failure={failure}
      onClose={onClose}
      onConfirm={(reason) => void acts[asking](reason).then((done) => done && onClose())}
    />
  );
}

function InviteTo({ model, onClose }: { model: PersonModel; onClose: () => void }) {
  const say = useSay();
  const rooms = useLive(model.invitable);
  const failure = useLive(model.failure);
  const { name } = useLive(model.profile);
  return (
    <Dialog title={say("person.invite-title", { name })} onClose={onClose}>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <ul>
        {rooms.map((room) => (
          <li key={room.roomId}>
            <button
              type="button"
              className={styles.room}
              onClick={() => void model.inviteTo(room.roomId).then((done) => done && onClose())}
            >
              <Avatar id={room.roomId} name={room.name} address={room.avatar} square />
              <span>{room.name}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
