// What the person wants to be told about, where, how loud and when.
import type { NotificationRules, Session } from "@herold/engine";
import { Bell, Play } from "lucide-react";
import { useState } from "react";

import { CHOICES } from "../../../models/preferences/here.ts";
import { NotificationsPageModel } from "../../../models/settings/notifications-page.model.ts";
import { Button } from "../../../parts/button.tsx";
import { Toggle } from "../../../parts/check.tsx";
import { Choice } from "../../../parts/choice.tsx";
import { useLive } from "../../../parts/live.ts";
import { Notice } from "../../../parts/notice.tsx";
import { usePreferences } from "../../../parts/preferences.tsx";
import { Section, SectionActions } from "../../../parts/section.tsx";
import { useSay } from "../../../parts/texts.tsx";
import { askPermission, permission } from "../../../screen/permission.ts";
import { ring } from "../../../screen/ring.ts";
import { Keywords } from "../../notifications/keywords.view.tsx";
import { QuietHoursView } from "../../notifications/quiet-hours.view.tsx";
import type { SettingsPage } from "../settings-page.ts";

export const notifications: SettingsPage = {
  title: "notifying.title",
  icon: Bell,
  View: NotificationsView,
};

const RULES = ["direct", "groups", "mentions", "everybody", "invitations"] as const;

function NotificationsView({ session }: { session: Session }) {
  const say = useSay();
  const preferences = usePreferences();
  const [model] = useState(() => new NotificationsPageModel(session, preferences));
  const failure = useLive(model.failure);
  const rules = useLive(model.rules);
  return (
    <>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <Here />
      <QuietHoursView model={model} />
      <Section title={say("notifying.about")} text={say("notifying.about-text")}>
        <Rule model={model} name="enabled" />
        {rules.enabled && RULES.map((name) => <Rule key={name} model={model} name={name} />)}
      </Section>
      {rules.enabled && <Keywords model={model} />}
    </>
  );
}

/** In this browser. */
function Here() {
  const say = useSay();
  const preferences = usePreferences();
  const here = useLive(preferences.here);
  const allowed = useLive(permission);
  return (
    <>
      {allowed === "default" && (
        <Section text={say("notifying.not-asked")}>
          <SectionActions>
            <Button look="primary" onPress={() => void askPermission()}>
              {say("notifying.allow")}
            </Button>
          </SectionActions>
        </Section>
      )}
      {allowed === "denied" && <Notice kind="warning">{say("notifying.denied")}</Notice>}
      {allowed === "unsupported" && <Notice kind="info">{say("notifying.unsupported")}</Notice>}
      <Choice
        label={say("notifying.shows")}
        hint={say("notifying.shows-text")}
        value={here.notifications}
        options={CHOICES.notifications.map((value) => ({ value, label: say(`notifying.shows-${value}`) }))}
        onChange={(chosen) => preferences.change({ notifications: chosen })}
      />
      <Section>
        <Toggle
          checked={here.sound === "on"}
          onChange={(on) => preferences.change({ sound: on ? "on" : "off" })}
        >
          {say("notifying.sound")}
        </Toggle>
        <SectionActions>
          <Button icon={Play} onPress={ring}>
            {say("notifying.sound-try")}
          </Button>
        </SectionActions>
      </Section>
    </>
  );
}

type Switched = Exclude<keyof NotificationRules, "keywords">;

function Rule({ model, name }: { model: NotificationsPageModel; name: Switched }) {
  const say = useSay();
  const rules = useLive(model.rules);
  const busy = useLive(model.busy);
  return (
    <Toggle checked={rules[name]} disabled={busy} onChange={(on) => void model.change({ [name]: on })}>
      {say(`notifying.rule-${name}`)}
    </Toggle>
  );
}
