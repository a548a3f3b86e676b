// What happens in other conversations while the person is in the app, for a moment.

import { X } from "lucide-react";
import { useEffect, useState } from "react";
import type { Notice } from "../../models/notifying/notice.ts";
import type { NotifyingModel } from "../../models/notifying/notifying.model.ts";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./notices.module.css";

/** Long enough to be read twice; what went by stands in the list of conversations. */
const SHOWN_MS = 8_000;

export function NoticesView({ model }: { model: NotifyingModel }) {
  const say = useSay();
  const shown = useLive(model.shown);
  return (
    <section className={styles.notices} aria-label={say("notifying.title")} aria-live="polite">
      {shown.map((notice) => (
        <One key={notice.tag} model={model} notice={notice} />
      ))}
    </section>
  );
}

function One({ model, notice }: { model: NotifyingModel; notice: Notice }) {
  const say = useSay();
  const [held, setHeld] = useState(false);
  // Whoever points at it or stands on it is not done with it.
  useEffect(() => {
    if (held) return undefined;
    const gone = setTimeout(() => model.dismiss(notice), SHOWN_MS);
    return () => clearTimeout(gone);
  }, [held, model, notice]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a set of fields it is not
    <div
      className={styles.notice}
      role="group"
      aria-label={notice.title}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <button type="button" className={styles.open} onClick={() => model.open(notice)}>
        <strong>{notice.title}</strong>
        <span>{notice.body}</span>
      </button>
      <IconButton small icon={X} label={say("common.close")} onPress={() => model.dismiss(notice)} />
    </div>
  );
}
