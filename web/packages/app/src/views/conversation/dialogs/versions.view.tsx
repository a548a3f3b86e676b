// Everything a message ever said, the newest first.
import { Failure, type FailureReason, type MessageVersion } from "@herold/engine";
import { useEffect, useState } from "react";

import type { ConversationModel } from "../../../models/conversation.model.ts";
import { Dialog } from "../../../parts/dialog.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { useTexts } from "../../../parts/texts.tsx";
import { WordsView } from "../../../parts/words.tsx";
import { fullTime } from "../../../texts/times.ts";
import styles from "./dialogs.module.css";

export function VersionsView({ model, eventId }: { model: ConversationModel; eventId: string }) {
  const { say, locale } = useTexts();
  const [versions, setVersions] = useState<readonly MessageVersion[]>();
  const [failure, setFailure] = useState<FailureReason>();
  useEffect(() => {
    model.room.versions(eventId).then(setVersions, (error: unknown) => {
      setFailure(error instanceof Failure ? error.reason : "unknown");
    });
  }, [model, eventId]);
  return (
    <Dialog title={say("message.versions")} onClose={() => model.answered()}>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      {!versions && !failure && <p role="status">{say("common.loading")}</p>}
      <ol className={styles.versions}>
        {versions?.toReversed().map((version) => (
          <li key={version.atMs}>
            <time dateTime={new Date(version.atMs).toISOString()}>{fullTime(version.atMs, locale)}</time>
            <WordsView words={version.words} onMatrixLink={() => undefined} />
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
