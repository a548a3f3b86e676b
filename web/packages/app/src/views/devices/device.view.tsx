// One device: what it is called, whether it is confirmed, when it was used last.
import type { Device } from "@herold/engine";
import { Monitor, ShieldAlert, ShieldCheck } from "lucide-react";
import { type FormEvent, useState } from "react";

import type { DevicesPageModel } from "../../models/encryption/devices-page.model.ts";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { fullTime, shortTime } from "../../texts/times.ts";
import styles from "./devices-page.module.css";

interface Props {
  readonly model: DevicesPageModel;
  readonly device: Device;
  /** Nothing for this device, which is signed out elsewhere. */
  readonly onSignOut?: () => void;
}

export function DeviceView({ model, device, onSignOut }: Props) {
  const say = useSay();
  const busy = useLive(model.busy);
  const [renaming, setRenaming] = useState(false);
  return (
    <li className={styles.device}>
      <Monitor aria-hidden className={styles.picture} />
      <div className={styles.about}>
        {renaming ? (
          <Rename model={model} device={device} onDone={() => setRenaming(false)} />
        ) : (
          <h3 className={styles.name}>{device.name ?? say("devices.unnamed")}</h3>
        )}
        <Standing device={device} />
        <LastSeen device={device} />
        <div className={styles.actions}>
          {model.mayConfirm(device) && (
            <Button look="primary" isDisabled={busy} onPress={() => void model.confirm(device)}>
              {say("devices.confirm")}
            </Button>
          )}
          {!renaming && (
            <Button isDisabled={busy} onPress={() => setRenaming(true)}>
              {say("devices.rename")}
            </Button>
          )}
          {onSignOut && (
            <Button isDisabled={busy} onPress={onSignOut}>
              {say("devices.sign-out")}
            </Button>
          )}
        </div>
      </div>
    </li>
  );
}

function Standing({ device }: { device: Device }) {
  const say = useSay();
  const Icon = device.confirmed ? ShieldCheck : ShieldAlert;
  const text = device.confirmed
    ? "devices.confirmed"
    : device.encrypts
      ? "devices.unconfirmed"
      : "devices.no-encryption";
  return (
    <p className={styles.standing} data-confirmed={device.confirmed}>
      <Icon aria-hidden size={16} />
      {say(text)}
    </p>
  );
}

function LastSeen({ device: { lastSeenMs, lastAddress } }: { device: Device }) {
  const { say, locale } = useTexts();
  if (lastSeenMs === undefined) return null;
  const when = shortTime(lastSeenMs, Date.now(), locale, say);
  return (
    <p className={styles.text} title={fullTime(lastSeenMs, locale)}>
      {lastAddress
        ? say("devices.last-seen-at", { when, address: lastAddress })
        : say("devices.last-seen", { when })}
    </p>
  );
}

function Rename({ model, device, onDone }: { model: DevicesPageModel; device: Device; onDone: () => void }) {
  const say = useSay();
  const [name, setName] = useState(device.name ?? "");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await model.rename(device, name)) onDone();
  };
  return (
    <form className={styles.rename} onSubmit={(event) => void submit(event)}>
      <Field label={say("devices.name")} value={name} onChange={setName} maxLength={100} autoFocus />
      <div className={styles.actions}>
        <Button type="submit" look="primary">
          {say("common.save")}
        </Button>
        <Button onPress={onDone}>{say("common.cancel")}</Button>
      </div>
    </form>
  );
}
