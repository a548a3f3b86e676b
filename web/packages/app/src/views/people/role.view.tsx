// What somebody is in a room, and what else they could be made.
import { useState } from "react";

import type { PersonModel } from "../../models/people/person.model.ts";
import type { Role } from "../../models/rooms/roles.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { Select } from "../../parts/select.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./person.module.css";

export function RoleView({ model }: { model: PersonModel }) {
  const say = useSay();
  const role = useLive(model.role);
  const roles = useLive(model.roles);
  const busy = useLive(model.busy);
  const [wanted, setWanted] = useState<Role>();
  if (!role) return null;
  if (roles.length === 0) {
    return <p className={styles.role}>{say("person.role-is", { role: say(`roles.${role}`) })}</p>;
  }
  const give = (chosen: Role): void => {
    const given = roles.find((one) => one === chosen);
    setWanted(undefined);
    if (given && given !== role) void model.setRole(given);
  };
  return (
    <>
      <Select
        label={say("person.role")}
        hint={say(`roles.${role}-hint`)}
        value={role}
        // Nobody can give back to themselves what they gave up.
        onChange={(chosen: Role) => (model.isMe && chosen !== role ? setWanted(chosen) : give(chosen))}
        options={roles.map((value) => ({ value, label: say(`roles.${value}`) }))}
      />
      {wanted && (
        <Notice kind="warning">
          <p>{say("person.lower-oneself")}</p>
          <div className={styles.actions}>
            <Button look="danger" isDisabled={busy} onPress={() => give(wanted)}>
              {say("person.lower")}
            </Button>
            <Button onPress={() => setWanted(undefined)}>{say("common.cancel")}</Button>
          </div>
        </Notice>
      )}
    </>
  );
}
