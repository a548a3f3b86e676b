// The person's own picture, and behind it: their settings, their other accounts, and the way out.
import type { Session } from "@herold/engine";
import { lazy, Suspense, useMemo, useState } from "react";
import { Button as Pressable } from "react-aria-components";

import type { AppModel } from "../../models/app.model.ts";
import { attentionOf } from "../../models/attention.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { useDropping } from "../../parts/dropping.ts";
import { Later, later } from "../../parts/later.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./account-menu.module.css";

const accountList = later(async () => (await import("./account-list.view.tsx")).AccountList);
const SignOutDialog = lazy(() =>
  import("./sign-out.view.tsx").then((file) => ({ default: file.SignOutDialog })),
);

export function AccountMenu({ app, session }: { app: AppModel; session: Session }) {
  const say = useSay();
  const me = useLive(session.me);
  const others = useLive(app.others);
  const elsewhere = useLive(
    useMemo(() => attentionOf(others.flatMap((other) => other.session ?? [])), [others]),
  );
  const [leaving, setLeaving] = useState(false);
  const { button, dropped } = useDropping(accountList);
  const label = elsewhere > 0 ? say("shell.menu-unread", { count: elsewhere }) : say("shell.menu");
  const onLeave = () => setLeaving(true);
  return (
    <>
      <Pressable {...button} className={styles.me ?? ""} aria-label={label}>
        <Avatar id={me.userId} name={me.name} address={me.avatar} />
        {elsewhere > 0 && <span className={styles.dot} />}
      </Pressable>
      {dropped && <Later code={accountList} with={{ ...dropped, app, session, onLeave }} waiting={null} />}
      {leaving && (
        <Suspense fallback={null}>
          <SignOutDialog session={session} onClose={() => setLeaving(false)} />
        </Suspense>
      )}
    </>
  );
}
