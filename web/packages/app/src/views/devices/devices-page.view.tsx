// The page about devices in the settings: where the account is signed in.
import type { Device, Session } from "@herold/engine";
import { useEffect, useState } from "react";

import { careOf } from "../../models/encryption/care.model.ts";
import { DevicesPageModel } from "../../models/encryption/devices-page.model.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { Section } from "../../parts/section.tsx";
import { useSay } from "../../parts/texts.tsx";
import { CareBanner } from "../encryption/care.view.tsx";
import { Working } from "../encryption/working.view.tsx";
import { DeviceView } from "./device.view.tsx";
import styles from "./devices-page.module.css";

export function DevicesPageView({ session }: { session: Pick<Session, "encryption" | "verifications"> }) {
  const say = useSay();
  const care = careOf(session);
  const [model] = useState(() => new DevicesPageModel(session, care.question));
  const [leaving, setLeaving] = useState<readonly Device[]>();
  useEffect(() => {
    void model.load();
  }, [model]);
  const loaded = useLive(model.loaded);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const thisDevice = useLive(model.thisDevice);
  const others = useLive(model.others);
  return (
    <>
      <CareBanner model={care} />
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      {!loaded && <Working>{say("common.loading")}</Working>}
      {thisDevice && (
        <Section title={say("devices.this")}>
          <ul>
            <DeviceView model={model} device={thisDevice} />
          </ul>
        </Section>
      )}
      {loaded && (
        <Section title={say("devices.others")}>
          {others.length === 0 && <p className={styles.text}>{say("devices.none")}</p>}
          <ul className={styles.list}>
            {others.map((device) => (
              <DeviceView
                key={device.deviceId}
                model={model}
                device={device}
                onSignOut={() => setLeaving([device])}
              />
            ))}
          </ul>
          {others.length > 1 && (
            <div>
              <Button look="danger" isDisabled={busy} onPress={() => setLeaving(others)}>
                {say("devices.sign-out-others")}
              </Button>
            </div>
          )}
        </Section>
      )}
      {leaving && (
        <Dialog
          title={say("devices.sign-out-title", { count: leaving.length })}
          onClose={() => setLeaving(undefined)}
        >
          <p>{say("devices.sign-out-text")}</p>
          <DialogActions>
            <Button
              look="danger"
              onPress={() => {
                setLeaving(undefined);
                void model.signOut(leaving);
              }}
            >
              {say("devices.sign-out")}
            </Button>
            <Button onPress={() => setLeaving(undefined)}>{say("common.cancel")}</Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}
