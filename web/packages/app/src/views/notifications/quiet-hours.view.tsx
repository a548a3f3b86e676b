// When nothing may ring or pop up, on any device.
import { timeText } from "../../models/notifying/quiet-hours.ts";
import type { NotificationsPageModel } from "../../models/settings/notifications-page.model.ts";
import { Toggle } from "../../parts/check.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { usePreferences } from "../../parts/preferences.tsx";
import { Section } from "../../parts/section.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./notifications.module.css";

const ENDS = ["from", "to"] as const;

export function QuietHoursView({ model }: { model: NotificationsPageModel }) {
  const say = useSay();
  const { quietHours } = useLive(usePreferences().everywhere);
  return (
    <Section>
      <Toggle checked={quietHours !== undefined} onChange={(quiet) => void model.setQuiet(quiet)}>
        {say("notifying.quiet")}
      </Toggle>
      {quietHours && (
        <div className={styles.times}>
          {ENDS.map((end) => (
            <Field
              key={end}
              label={say(`notifying.quiet-${end}`)}
              type="time"
              value={timeText(quietHours[end])}
              onChange={(typed) => void model.setQuietTime(end, typed)}
              isRequired
            />
          ))}
        </div>
      )}
    </Section>
  );
}
