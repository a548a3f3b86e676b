// Asks once whether the person wants to be told of messages while they do something else.
import { BellRing } from "lucide-react";
import { useId } from "react";

import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { usePreferences } from "../../parts/preferences.tsx";
import { useSay } from "../../parts/texts.tsx";
import { askPermission, permission } from "../../screen/permission.ts";
import styles from "./notifications-offer.module.css";

export function NotificationsOffer() {
  const say = useSay();
  const wordsId = useId();
  const preferences = usePreferences();
  const { notificationsOffered, notifications } = useLive(preferences.here);
  const allowed = useLive(permission);
  if (notificationsOffered === "yes" || notifications === "off" || allowed !== "default") return null;
  const done = (): void => preferences.change({ notificationsOffered: "yes" });
  return (
    <section className={styles.offer} aria-labelledby={wordsId}>
      <BellRing aria-hidden size={20} />
      <p className={styles.words} id={wordsId}>
        {say("notifying.offer")}
      </p>
      <div className={styles.actions}>
        <Button look="primary" onPress={() => void askPermission().then(done)}>
          {say("notifying.offer-yes")}
        </Button>
        <Button look="quiet" onPress={done}>
          {say("notifying.offer-no")}
        </Button>
      </div>
    </section>
  );
}
