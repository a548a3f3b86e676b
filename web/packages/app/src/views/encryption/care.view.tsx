// What has to be done about the encryption: the line that says so, and the way to the dialogs in which it is done.
import { ShieldAlert } from "lucide-react";
import { lazy, Suspense, useEffect } from "react";

import type { CareModel } from "../../models/encryption/care.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Mishap } from "../../parts/mishap.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./care.module.css";

const TaskView = lazy(() => import("./task.view.tsx").then((file) => ({ default: file.TaskView })));

/** Above the list of rooms: what is not as it should be, and its one next step. */
export function CareBanner({ model }: { model: CareModel }) {
  const say = useSay();
  const banner = useLive(model.banner);
  return (
    banner && (
      <section className={styles.banner} aria-label={say("encryption.page-title")}>
        <ShieldAlert aria-hidden size={20} />
        <p className={styles.words}>{say(banner.text)}</p>
        <Button look="primary" onPress={() => model.act()}>
          {say(banner.action)}
        </Button>
      </section>
    )
  );
}

/** Over everything else, once for each session; what is asked there is loaded when there is something to ask. */
export function CareDialogs({ model }: { model: CareModel }) {
  const task = useLive(model.task);
  const asked = useLive(model.question.asked);
  useEffect(() => model.start(), [model]);
  if (task.kind === "none" && !asked) return null;
  return (
    <Mishap place="over" of={task}>
      <Suspense fallback={null}>
        <TaskView model={model} />
      </Suspense>
    </Mishap>
  );
}
