// Under which addresses a room is found, and whether everybody sees it among the others.
import { Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";

import type { RoomSettingsModel } from "../../models/rooms/room-settings.model.ts";
import { Button, IconButton } from "../../parts/button.tsx";
import { Toggle } from "../../parts/check.tsx";
import { Copied } from "../../parts/copied.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Select } from "../../parts/select.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./room-settings.module.css";

const NONE = "none";

export function AddressSettings({ model, error }: { model: RoomSettingsModel; error: string | undefined }) {
  const say = useSay();
  const addresses = useLive(model.addresses);
  const { alias, rights } = useLive(model.room.details);
  const busy = useLive(model.busy);
  if (!addresses) return null;
  const shown = alias && !addresses.all.includes(alias) ? [alias, ...addresses.all] : addresses.all;
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{say("room-settings.addresses")}</h3>
      <p className={styles.muted}>{say("room-settings.addresses-text")}</p>
      <ul className={styles.group}>
        {addresses.all.map((address) => (
          <li key={address} className={styles.line}>
            <Copied text={address} />
            {rights.setAddresses && (
              <IconButton
                small
                icon={Trash2}
                label={say("room-settings.remove-address", { address })}
                isDisabled={busy}
                onPress={() => void model.removeAddress(address)}
              />
            )}
          </li>
        ))}
      </ul>
      {rights.setAddresses && (
        <>
          {shown.length > 0 && (
            <Select
              label={say("room-settings.main-address")}
              value={alias ?? NONE}
              onChange={(chosen) => void model.setMainAddress(chosen === NONE ? undefined : chosen)}
              options={[
                { value: NONE, label: say("room-settings.no-main-address") },
                ...shown.map((value) => ({ value, label: value })),
              ]}
            />
          )}
          <NewAddress model={model} error={error} />
          <Toggle checked={addresses.listed} onChange={(on) => void model.setListed(on)}>
            {say("access.listed")}
          </Toggle>
        </>
      )}
    </section>
  );
}

function NewAddress({ model, error }: { model: RoomSettingsModel; error: string | undefined }) {
  const say = useSay();
  const busy = useLive(model.busy);
  const [typed, setTyped] = useState("");
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await model.addAddress(typed)) setTyped("");
  };
  return (
    <form className={styles.group} onSubmit={(event) => void add(event)}>
      <Field
        label={say("room-settings.new-address")}
        error={error}
        value={typed}
        onChange={setTyped}
        autoCapitalize="none"
      />
      {typed.trim() !== "" && (
        <Button type="submit" isDisabled={busy}>
          {say("room-settings.add-address")}
        </Button>
      )}
    </form>
  );
}
