// Exporting a conversation: what of it, how far it is, what became of it.
import type { Room, Session } from "@herold/engine";
import { useEffect, useState } from "react";
import { ProgressBar } from "react-aria-components";

import { notesOn } from "../../models/export/archive.ts";
import { ExportModel } from "../../models/export/export.model.ts";
import { Button } from "../../parts/button.tsx";
import { Toggle } from "../../parts/check.tsx";
import { Choice } from "../../parts/choice.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useTexts } from "../../parts/texts.tsx";
import { sanitized } from "../../parts/words.tsx";
import { fileTarget } from "../../screen/file-target.ts";
import styles from "./export.module.css";

interface Props {
  readonly session: Session;
  readonly room: Room;
  readonly close: () => void;
}

export function ExportView({ session, room, close }: Props) {
  const { say } = useTexts();
  const [model] = useState(
    () =>
      new ExportModel({
        room,
        media: session.media,
        madeBy: session.me.peek().name,
        clean: sanitized,
        nowMs: () => Date.now(),
      }),
  );
  const state = useLive(model.state);
  // Whoever leaves the room or the app has no use for half of it.
  useEffect(() => () => model.cancel(), [model]);
  return (
    // While it works, only what calls it off closes it.
    <Dialog title={say("export.title")} onClose={state.kind === "working" ? undefined : close}>
      <div className={styles.export}>
        {(state.kind === "asking" || state.kind === "failed") && <Asking model={model} close={close} />}
        {state.kind === "working" && <Working model={model} />}
        {state.kind === "done" && (
          <>
            <Notice kind="success">
              {notesOn(state.counts, say).map((note) => (
                <p key={note}>{note}</p>
              ))}
            </Notice>
            <Notice kind="warning">{say("export.warning")}</Notice>
            <DialogActions>
              <Button look="primary" onPress={close}>
                {say("common.done")}
              </Button>
            </DialogActions>
          </>
        )}
      </div>
    </Dialog>
  );
}

function Asking({ model, close }: { model: ExportModel; close: () => void }) {
  const texts = useTexts();
  const { say } = texts;
  const wanted = useLive(model.wanted);
  const state = useLive(model.state);
  const start = async (): Promise<void> => {
    const target = await fileTarget(model.nameIn(texts));
    if (target) await model.start(target, texts);
  };
  return (
    <form
      className={styles.export}
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <p>{say("export.text")}</p>
      {state.kind === "failed" && (
        <Notice kind="danger">{say("export.failed", { why: say(`failure.${state.reason}`) })}</Notice>
      )}
      <Choice
        label={say("export.period")}
        value={wanted.period}
        options={[
          { value: "all", label: say("export.period-all") },
          { value: "days", label: say("export.period-days") },
        ]}
        onChange={(period) => model.want({ period })}
      />
      {wanted.period === "days" && (
        <div className={styles.days}>
          <Field
            type="date"
            label={say("export.from-day")}
            value={wanted.fromDay}
            onChange={(fromDay) => model.want({ fromDay })}
          />
          <Field
            type="date"
            label={say("export.until-day")}
            value={wanted.untilDay}
            onChange={(untilDay) => model.want({ untilDay })}
          />
        </div>
      )}
      <Toggle checked={wanted.withFiles} onChange={(withFiles) => model.want({ withFiles })}>
        {say("export.with-files")}
      </Toggle>
      <Notice kind="warning">{say("export.warning")}</Notice>
      <DialogActions>
        <Button look="primary" type="submit">
          {say("export.start")}
        </Button>
        <Button onPress={close}>{say("common.cancel")}</Button>
      </DialogActions>
    </form>
  );
}

function Working({ model }: { model: ExportModel }) {
  const { say } = useTexts();
  const state = useLive(model.state);
  if (state.kind !== "working") return null;
  const { messages, files } = state.counts;
  return (
    <>
      <ProgressBar aria-label={say("export.progress")} value={state.part * 100} className={styles.bar ?? ""}>
        <div className={styles.done} style={{ inlineSize: `${state.part * 100}%` }} />
      </ProgressBar>
      <p>{say("export.working", { messages, files })}</p>
      <DialogActions>
        <Button onPress={() => model.cancel()}>{say("common.cancel")}</Button>
      </DialogActions>
    </>
  );
}
