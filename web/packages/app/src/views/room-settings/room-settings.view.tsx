// The settings of a room, in one panel: whoever may not change something sees how it is.
import { lazy, Suspense, useEffect, useState } from "react";

import { RoomSettingsModel } from "../../models/rooms/room-settings.model.ts";
import { useLive } from "../../parts/live.ts";
import { Mishap } from "../../parts/mishap.tsx";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import type { PanelProps } from "../panel/panels.ts";
import { AccessSettings } from "./access.view.tsx";
import { AddressSettings } from "./addresses.view.tsx";
import { ClosingSettings } from "./closing.view.tsx";
import { PermissionSettings } from "./permissions.view.tsx";
import { ProfileSettings } from "./profile.view.tsx";
import styles from "./room-settings.module.css";
import { UpgradeSettings } from "./upgrade.view.tsx";

const PackSettings = lazy(() =>
  import("./packs.view.tsx").then(({ PackSettings }) => ({ default: PackSettings })),
);

export function RoomSettingsView({ app, session, room }: PanelProps<"settings">) {
  const say = useSay();
  const [model] = useState(() => new RoomSettingsModel(session, room));
  useEffect(() => void model.load(), [model]);
  const failure = useLive(model.failure);
  const { space } = useLive(room.summary);
  const aboutAddress = failure === "name-taken" || failure === "name-invalid";
  return (
    <div className={styles.settings}>
      {failure && !aboutAddress && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <ProfileSettings model={model} />
      <AccessSettings model={model} space={space} />
      <AddressSettings model={model} error={aboutAddress ? say(`failure.${failure}`) : undefined} />
      <Mishap place="part">
        <Suspense fallback={null}>
          <PackSettings session={session} room={room} />
        </Suspense>
      </Mishap>
      <PermissionSettings model={model} space={space} />
      <UpgradeSettings
        model={model}
        onUpgraded={(roomId) => app.go({ kind: space ? "space" : "room", roomId })}
      />
      <ClosingSettings session={session} settings={model} onClosed={() => app.back({ kind: "home" })} />
    </div>
  );
}
