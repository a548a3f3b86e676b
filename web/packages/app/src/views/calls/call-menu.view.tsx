// The place of calls in a room of several: a call is between two, so somebody is chosen.
import type { Room, Session } from "@herold/engine";
import { Phone, Users } from "lucide-react";
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";

import type { AppModel } from "../../models/app.model.ts";
import { type Callee, calleesIn } from "../../models/calls/callees.ts";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import styles from "../../parts/menu.module.css";
import { useSay } from "../../parts/texts.tsx";

interface Props {
  readonly app: AppModel;
  readonly session: Session;
  readonly room: Room;
}

export function CallMenu(props: Props) {
  const say = useSay();
  const call = useLive(props.session.calls.current);
  return (
    <MenuTrigger>
      <IconButton icon={Phone} label={say("calls.choose")} isDisabled={call !== undefined} />
      <Popover className={styles.popover ?? ""} placement="bottom end">
        <Callees {...props} />
      </Popover>
    </MenuTrigger>
  );
}

/** Who is here is asked for when somebody wants to call. */
function Callees({ app, session, room }: Props) {
  const say = useSay();
  const members = useLive(room.members);
  const rooms = useLive(session.rooms.all);
  const call = ({ roomId }: Callee): void => {
    app.go({ kind: "room", roomId });
    // What went wrong is told where the call is.
    session.calls.start(roomId, { video: false }).catch(() => undefined);
  };
  return (
    <Menu className={styles.menu ?? ""} aria-label={say("calls.choose")}>
      <MenuSection>
        <Header className={styles.hint}>{say("calls.between-two")}</Header>
        {calleesIn(members, rooms).map((callee) => (
          <MenuItem
            key={callee.userId}
            id={callee.userId}
            className={styles.item ?? ""}
            onAction={() => call(callee)}
          >
            <Phone aria-hidden size={18} />
            {callee.name}
          </MenuItem>
        ))}
        <MenuItem
          id="members"
          className={styles.item ?? ""}
          onAction={() => app.showPanel({ kind: "members" })}
        >
          <Users aria-hidden size={18} />
          {say("calls.others")}
        </MenuItem>
      </MenuSection>
    </Menu>
  );
}
