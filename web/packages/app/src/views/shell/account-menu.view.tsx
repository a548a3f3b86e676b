// The person's own picture, and behind it: their settings, their other accounts, and the way out.
import type { Session } from "@herold/engine";
import { LogOut, Settings, UserPlus } from "lucide-react";
import { useMemo, useState } from "react";
import {
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Button as Pressable,
} from "react-aria-components";

import type { AppModel, OtherAccount } from "../../models/app.model.ts";
import { attentionOf } from "../../models/attention.ts";
import { Avatar, MediaContext } from "../../parts/avatar.tsx";
import { useLive } from "../../parts/live.ts";
import menu from "../../parts/menu.module.css";
import { useSay } from "../../parts/texts.tsx";
import styles from "./account-menu.module.css";
import { SignOutDialog } from "./sign-out.view.tsx";

export function AccountMenu({ app, session }: { app: AppModel; session: Session }) {
  const say = useSay();
  const me = useLive(session.me);
  const others = useLive(app.others);
  const elsewhere = useLive(
    useMemo(() => attentionOf(others.flatMap((other) => other.session ?? [])), [others]),
  );
  const [leaving, setLeaving] = useState(false);
  const label = elsewhere > 0 ? say("shell.menu-unread", { count: elsewhere }) : say("shell.menu");
  return (
    <>
      <MenuTrigger>
        <Pressable className={styles.me ?? ""} aria-label={label}>
          <Avatar id={me.userId} name={me.name} address={me.avatar} />
          {elsewhere > 0 && <span className={styles.dot} />}
        </Pressable>
        <Popover className={menu.popover ?? ""}>
          <div className={styles.who}>
            <strong>{me.name}</strong>
            <span>{me.userId}</span>
          </div>
          <Menu className={menu.menu ?? ""} aria-label={say("shell.menu")}>
            <MenuSection aria-label={say("shell.this-account")}>
              <MenuItem className={menu.item ?? ""} onAction={() => app.go({ kind: "settings" })}>
                <Settings aria-hidden size={18} />
                {say("common.settings")}
              </MenuItem>
              <MenuItem className={menu.item ?? ""} onAction={() => setLeaving(true)}>
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
          </Menu>
        </Popover>
      </MenuTrigger>
      {leaving && <SignOutDialog session={session} onClose={() => setLeaving(false)} />}
    </>
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
