// What others see of the person, who may invite them, and whom they do not want to hear from.
import type { AccountPreferences, Session } from "@herold/engine";
import { EyeOff } from "lucide-react";
import { use, useEffect, useState } from "react";

import { PrivacyPageModel } from "../../../models/settings/privacy-page.model.ts";
import { Avatar } from "../../../parts/avatar.tsx";
import { AppInfoContext } from "../../../parts/brand.tsx";
import { Button } from "../../../parts/button.tsx";
import { Toggle } from "../../../parts/check.tsx";
import { useLive } from "../../../parts/live.ts";
import { Notice } from "../../../parts/notice.tsx";
import { usePreferences } from "../../../parts/preferences.tsx";
import { Section } from "../../../parts/section.tsx";
import { useSay } from "../../../parts/texts.tsx";
import type { SettingsPage } from "../settings-page.ts";
import styles from "./privacy.module.css";
import { TimeZoneView } from "./time-zone.view.tsx";

export const privacy: SettingsPage = { title: "privacy.title", icon: EyeOff, View: PrivacyView };

function PrivacyView({ session }: { session: Session }) {
  const say = useSay();
  const [model] = useState(() => new PrivacyPageModel(session));
  useEffect(() => void model.load(), [model]);
  const failure = useLive(model.failure);
  const mayRefuse = useLive(model.mayRefuseInvitations);
  // Only Herold knows of people who do not want to be found.
  const herold = use(AppInfoContext) !== undefined;
  return (
    <>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <Section title={say("privacy.seen")}>
        <One model={model} name="receipts" />
        <One model={model} name="typing" />
        <One model={model} name="online" />
        {herold && <One model={model} name="findable" />}
        <TimeZoneView session={session} />
      </Section>
      {mayRefuse && (
        <Section title={say("privacy.inviting")}>
          <One model={model} name="invitations" />
        </Section>
      )}
      <Ignored model={model} />
    </>
  );
}

type Shown = Exclude<keyof AccountPreferences, "quietHours">;

function One({ model, name }: { model: PrivacyPageModel; name: Shown }) {
  const say = useSay();
  const preferences = usePreferences();
  const everywhere = useLive(preferences.everywhere);
  return (
    <div>
      <Toggle
        checked={everywhere[name]}
        onChange={(checked) => void model.change(() => preferences.changeEverywhere({ [name]: checked }))}
      >
        {say(`privacy.${name}`)}
      </Toggle>
      <p className={styles.hint}>{say(`privacy.${name}-text`)}</p>
    </div>
  );
}

function Ignored({ model }: { model: PrivacyPageModel }) {
  const say = useSay();
  const ignored = useLive(model.ignored);
  const busy = useLive(model.busy);
  return (
    <Section title={say("privacy.ignored")} text={say("privacy.ignored-text")}>
      {ignored.length === 0 && <p>{say("privacy.nobody-ignored")}</p>}
      <ul className={styles.people}>
        {ignored.map(({ userId, name, avatar }) => (
          <li key={userId} className={styles.person}>
            <Avatar id={userId} name={name} address={avatar} />
            <div className={styles.who}>
              <strong>{name}</strong>
              {name !== userId && <span>{userId}</span>}
            </div>
            <Button
              aria-label={say("privacy.stop-ignoring-person", { name })}
              isDisabled={busy}
              onPress={() => void model.stopIgnoring(userId)}
            >
              {say("privacy.stop-ignoring")}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
