// Who may do what, said by roles.
import type { Permission } from "@herold/engine";

import { permissionRoles, permissionsFor, roleWith } from "../../models/rooms/permission-roles.ts";
import type { RoomSettingsModel } from "../../models/rooms/room-settings.model.ts";
import { useLive } from "../../parts/live.ts";
import { Select } from "../../parts/select.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./room-settings.module.css";

export function PermissionSettings({ model, space }: { model: RoomSettingsModel; space: boolean }) {
  const say = useSay();
  const { creators } = useLive(model.room.details);
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{say("room-settings.permissions")}</h3>
      <p className={styles.muted}>
        {say(creators.length > 0 ? "room-settings.permissions-founders" : "room-settings.permissions-text")}
      </p>
      {permissionsFor(space).map((permission) => (
        <PermissionChoice key={permission} model={model} permission={permission} />
      ))}
    </section>
  );
}

function PermissionChoice({ model, permission }: { model: RoomSettingsModel; permission: Permission }) {
  const say = useSay();
  const details = useLive(model.room.details);
  const level = details.permissions[permission];
  // What stands above one's own power is out of reach, also downwards.
  const fixed = !details.rights.setPowerLevels || level > details.myPowerLevel;
  return (
    <Select
      label={say(`room-settings.may-${permission}`)}
      value={roleWith(level, details)}
      disabled={fixed}
      onChange={(role) => void model.setPermission(permission, role)}
      options={permissionRoles(level, details).map((role) => ({
        value: role,
        label: say(`room-settings.from-${role}`),
      }))}
    />
  );
}
