// A newer version of the app is ready; the person says when, since they may be writing.
import { RefreshCw } from "lucide-react";

import type { AppModel } from "../../models/app.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./update.module.css";

export function UpdateBanner({ app }: { app: AppModel }) {
  const say = useSay();
  const change = useLive(app.update);
  return (
    change && (
      <div className={styles.banner} role="status">
        <p>{say("shell.update-ready")}</p>
        <Button icon={RefreshCw} onPress={change}>
          {say("shell.update")}
        </Button>
      </div>
    )
  );
}
