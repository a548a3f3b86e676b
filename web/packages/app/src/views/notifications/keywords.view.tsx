// Words that the person wants to be told about wherever they fall.
import { X } from "lucide-react";
import { type FormEvent, useState } from "react";

import type { NotificationsPageModel } from "../../models/settings/notifications-page.model.ts";
import { Button, IconButton } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Section } from "../../parts/section.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./notifications.module.css";

/** Longer ones are no words. */
const LENGTH_MAX = 100;

export function Keywords({ model }: { model: NotificationsPageModel }) {
  const say = useSay();
  const { keywords } = useLive(model.rules);
  const busy = useLive(model.busy);
  const [typed, setTyped] = useState("");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await model.addKeyword(typed)) setTyped("");
  };
  return (
    <Section title={say("notifying.keywords")} text={say("notifying.keywords-text")}>
      {keywords.length > 0 && (
        <ul className={styles.keywords}>
          {keywords.map((keyword) => (
            <li key={keyword} className={styles.keyword}>
              <span>{keyword}</span>
              <IconButton
                small
                icon={X}
                label={say("notifying.keyword-remove", { keyword })}
                isDisabled={busy}
                onPress={() => void model.removeKeyword(keyword)}
              />
            </li>
          ))}
        </ul>
      )}
      <form className={styles.add} onSubmit={(event) => void submit(event)}>
        <Field label={say("notifying.keyword")} value={typed} onChange={setTyped} maxLength={LENGTH_MAX} />
        <Button type="submit" isDisabled={busy || typed.trim() === ""}>
          {say("notifying.keyword-add")}
        </Button>
      </form>
    </Section>
  );
}
