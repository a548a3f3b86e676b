// What stands behind the person's own picture: their settings, their other accounts, and the way out.
import type { Session } from "@herold/engine";
import { LogOut, Settings, UserPlus } from "lucide-react";
import { useMemo } from "react";
import { MenuItem, MenuSection } from "react-aria-components";

import type { AppModel, OtherAccount } from "../../models/app.model.ts";
import { attentionOf } from "../../models/attention.ts";
import { Avatar, MediaContext } from "../../parts/avatar.tsx";
import { DroppedMenu } from "../../parts/dropped-menu.tsx";
import type { Dropped } from "../../parts/dropping.ts";
import { useLive } from "../../parts/live.ts";
import menu from "../../parts/menu.module.css";
import { useSay } from "../../parts/texts.tsx";
import styles from "./account-menu.module.css";

interface Props extends Dropped {
  readonly app: AppModel;
  readonly session: Session;
  readonly onLeave: () => void;
}

export function AccountList({ app, session, onLeave, ...dropped }: Props) {
  const say = useSay();
  const me = useLive(session.me);
  const others = useLive(app.others);
  const who = (
    <div className={styles.who}>
      <strong>{me.name}</strong>
      <span>{me.userId}</span>
    </div>
  );
  return (
    <DroppedMenu {...dropped} label={say("shell.menu")} head={who}>
      <MenuSection aria-label={say("shell.this-account")}>
        <MenuItem className={menu.item ?? ""} onAction={() => app.go({ kind: "settings" })}>
          <Settings aria-hidden size={18} />
          {say("common.settings")}
        </MenuItem>
        <MenuItem className={menu.item ?? ""} onAction={onLeave}>
          <LogOut aria-hidden size={18} />
          {say("shell.sign-out")}
        </MenuItem>
      </MenuSection>
      <MenuSection aria-label={say("shell.other-accounts")} className={styles.section ?? ""}>
        {others.map((other) => (
          <MenuItem
            key={other.account.userId}
            id={other.account.userId}
            className={menu.item ?? ""}
            textValue={other.account.userId}
            onAction={() => void app.show(other.account)}
          >
            {other.session ? (
              <Open session={other.session} />
            ) : (
              <Account id={other.account.userId} name={other.account.userId} picture={undefined} />
            )}
          </MenuItem>
        ))}
        <MenuItem className={menu.item ?? ""} onAction={() => app.askWho()}>
          <UserPlus aria-hidden size={18} />
          {say("shell.add-account")}
        </MenuItem>
      </MenuSection>
    </DroppedMenu>
  );
}

function Open({ session }: { session: NonNullable<OtherAccount["session"]> }) {
  const say = useSay();
  const me = useLive(session.me);
  const count = useLive(useMemo(() => attentionOf([session]), [session]));
  return (
    <>
      {/* Its pictures lie behind a sign-in of its own. */}
      <MediaContext value={session.media}>
        <Account id={me.userId} name={me.name} picture={me.avatar} />
      </MediaContext>
      {count > 0 && (
        <span className={styles.badge}>
          <span aria-hidden>{count}</span>
          <span className="visually-hidden">{say("shell.unread-messages", { count })}</span>
        </span>
      )}
    </>
  );
}

function Account({ id, name, picture }: { id: string; name: string; picture: string | undefined }) {
  return (
    <>
      <Avatar id={id} name={name} address={picture} size="small" />
      <span className={styles.names}>
        <span>{name}</span>
        {name !== id && <span className={styles.id}>{id}</span>}
      </span>
    </>
  );
}
