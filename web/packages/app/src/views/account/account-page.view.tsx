// The page about the account in the settings.
import type { Session } from "@herold/engine";
import { useEffect, useState } from "react";

import { AccountPageModel } from "../../models/settings/account-page.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { Section, SectionActions } from "../../parts/section.tsx";
import { useSay } from "../../parts/texts.tsx";
import { SignOutDialog } from "../shell/sign-out.view.tsx";
import { ChangePassword } from "./change-password.view.tsx";
import { CloseAccount } from "./close-account.view.tsx";
import { ProfileView } from "./profile.view.tsx";

type Opened = "password" | "sign-out" | "close";

export function AccountPageView({ session }: { session: Session }) {
  const say = useSay();
  const [model] = useState(() => new AccountPageModel(session));
  const [open, setOpen] = useState<Opened>();
  useEffect(() => void model.load(), [model]);
  const abilities = useLive(model.abilities);
  const passwordChanged = useLive(model.passwordChanged);
  const begin = (dialog: Opened): void => {
    model.begin();
    setOpen(dialog);
  };
  return (
    <>
      <ProfileView model={model} />
      {abilities?.changePassword && (
        <Section title={say("account.password")}>
          {passwordChanged && <Notice kind="success">{say("account.password-changed")}</Notice>}
          <SectionActions>
            <Button onPress={() => begin("password")}>{say("account.change-password")}</Button>
          </SectionActions>
        </Section>
      )}
      <Section title={say("account.sign-out")} text={say("account.sign-out-text")}>
        <SectionActions>
          <Button onPress={() => begin("sign-out")}>{say("shell.sign-out")}</Button>
        </SectionActions>
      </Section>
      <Section title={say("account.close")} text={say("account.close-text")}>
        <SectionActions>
          <Button look="danger" onPress={() => begin("close")}>
            {say("account.close")}
          </Button>
        </SectionActions>
      </Section>
      {open === "password" && <ChangePassword model={model} onClose={() => setOpen(undefined)} />}
      {open === "sign-out" && <SignOutDialog session={session} onClose={() => setOpen(undefined)} />}
      {open === "close" && <CloseAccount model={model} onClose={() => setOpen(undefined)} />}
    </>
  );
}
