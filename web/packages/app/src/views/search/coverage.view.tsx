// What cannot be found, said plainly: older messages that are still being collected, those that were let go, and
// conversations that could not be reached.
import type { SearchModel } from "../../models/search/search.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useTexts } from "../../parts/texts.tsx";
import { dateName } from "../../texts/times.ts";
import styles from "./search.module.css";

export function CoverageView({ model, encrypted }: { model: SearchModel; encrypted: boolean }) {
  const { say, locale } = useTexts();
  const coverage = useLive(model.coverage);
  const failure = useLive(model.failure);
  const collecting = coverage.state === "collecting" || coverage.state === "waiting";
  return (
    <div className={styles.coverage}>
      {failure && (
        <Notice kind="warning">
          {say("search.not-reached", { why: say(`failure.${failure}`) })}
          <Button look="quiet" onPress={() => model.again()}>
            {say("common.retry")}
          </Button>
        </Notice>
      )}
      {encrypted && coverage.state === "unavailable" && (
        <Notice kind="warning">{say("search.unavailable")}</Notice>
      )}
      {encrypted && collecting && (
        <p className={styles.hint}>
          {say(`search.${coverage.state as "collecting"}`, { count: coverage.roomsLeft })}
        </p>
      )}
      {encrypted && coverage.letGoBeforeMs !== undefined && (
        <p className={styles.hint}>
          {say("search.let-go", { date: dateName(coverage.letGoBeforeMs, locale) })}
        </p>
      )}
    </div>
  );
}
