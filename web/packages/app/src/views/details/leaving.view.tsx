// Going away from a room, and telling the administrators about it.
import { Flag, LogOut } from "lucide-react";
import { useState } from "react";

import type { DetailsModel } from "../../models/rooms/details.model.ts";
import { Button } from "../../parts/button.tsx";
import { Check } from "../../parts/check.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { Row, Rows } from "../../parts/rows.tsx";
import { useSay } from "../../parts/texts.tsx";

export function LeavingView({ model, onLeft }: { model: DetailsModel; onLeft: () => void }) {
  const say = useSay();
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const { space } = useLive(model.room.summary);
  const [asking, setAsking] = useState<"leave" | "report">();
  const close = (): void => setAsking(undefined);
  return (
    <>
      <Rows>
        <Row icon={Flag} onPress={() => setAsking("report")}>
          {say("details.report")}
        </Row>
        <Row icon={LogOut} danger onPress={() => setAsking("leave")}>
          {say(space ? "details.leave-space" : "details.leave")}
        </Row>
      </Rows>
      {asking === "leave" && <Leaving model={model} onClose={close} onLeft={onLeft} />}
      {asking === "report" && (
        <ReasonDialog
          title={say("details.report")}
          text={<p>{say("details.report-text")}</p>}
          reason={say("details.report-reason")}
          required
          action={say("common.send")}
          busy={busy}
          failure={failure}
          onClose={close}
          onConfirm={(reason) => void model.report(reason).then((told) => told && close())}
        />
      )}
    </>
  );
}

function Leaving({
  model,
  onClose,
  onLeft,
}: {
  model: DetailsModel;
  onClose: () => void;
  onLeft: () => void;
}) {
  const say = useSay();
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const last = useLive(model.lastAdministrator);
  const { name } = useLive(model.room.summary);
  const { access } = useLive(model.room.details);
  const [forget, setForget] = useState(false);
  const leave = async (): Promise<void> => {
    if (!(await model.leave(forget))) return;
    onClose();
    onLeft();
  };
  return (
    <Dialog title={say("details.leave-title", { name })} onClose={busy ? undefined : onClose}>
      {last && <Notice kind="warning">{say("details.last-administrator")}</Notice>}
      <p>{say(access === "public" ? "details.leave-text-public" : "details.leave-text")}</p>
      <Check checked={forget} onChange={setForget} disabled={busy}>
        {say("details.forget")}
      </Check>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <DialogActions>
        <Button look="danger" isDisabled={busy} onPress={() => void leave()}>
          {say(last ? "details.leave-anyway" : "details.leave")}
        </Button>
        <Button isDisabled={busy} onPress={onClose} autoFocus>
          {say("common.cancel")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
