// Two devices confirm each other: from the question to its end, each step with its way on and its way out.
import type { VerificationStep } from "@herold/engine";
import { ScanLine, Smile } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";

import type { VerificationModel } from "../../models/verification/verification.model.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import { Working } from "../encryption/working.view.tsx";
import { EmojiGrid } from "./emoji-grid.view.tsx";
import { QrCodeView } from "./qr-code.view.tsx";
import styles from "./verification.module.css";

// Only those who scan need the camera and what reads its pictures.
const ScannerView = lazy(() =>
  import("./scanner.view.tsx").then(({ ScannerView }) => ({ default: ScannerView })),
);

interface Props {
  readonly model: VerificationModel;
}

export function VerificationView({ model }: Props) {
  const say = useSay();
  const step = useLive(model.step);
  const failure = useLive(model.failure);
  const scanning = useLive(model.scanning);
  const { name, userId } = model.other;
  const title = model.ownDevice ? say("verification.title-own") : say("verification.title-person", { name });
  return (
    <Dialog title={title} onClose={() => model.close()}>
      {/* Anybody may take a name. */}
      {!model.ownDevice && <p className={styles.who}>{userId}</p>}
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      {scanning ? (
        <Suspense fallback={<Working>{say("common.loading")}</Working>}>
          <ScannerView model={model} />
        </Suspense>
      ) : (
        <Step model={model} step={step} />
      )}
    </Dialog>
  );
}

function Step({ model, step }: Props & { step: VerificationStep }): ReactNode {
  const say = useSay();
  const busy = useLive(model.busy);
  const { name } = model.other;
  const whose = model.ownDevice ? "own" : "person";
  switch (step.kind) {
    case "asked":
      return (
        <>
          <Working>{say(`verification.asked-${whose}`, { name })}</Working>
          <DialogActions>
            <Button onPress={() => model.close()}>{say("common.cancel")}</Button>
          </DialogActions>
        </>
      );
    case "incoming":
      return (
        <>
          <p>{say(`verification.incoming-${whose}`, { name })}</p>
          <DialogActions>
            <Button look="primary" isDisabled={busy} onPress={() => void model.accept()} autoFocus>
              {say("verification.accept")}
            </Button>
            <Button onPress={() => model.close()}>{say("verification.decline")}</Button>
          </DialogActions>
        </>
      );
    case "ready":
      return <Ready model={model} step={step} />;
    case "waiting":
      return (
        <>
          <Working>{say("verification.waiting")}</Working>
          <DialogActions>
            <Button onPress={() => model.close()}>{say("common.cancel")}</Button>
          </DialogActions>
        </>
      );
    case "compare":
      return (
        <>
          <p>{say("verification.compare")}</p>
          {step.emoji.length > 0 ? (
            <EmojiGrid emoji={step.emoji} />
          ) : (
            <p className={styles.numbers}>{step.numbers.join(" · ")}</p>
          )}
          <DialogActions>
            <Button look="primary" isDisabled={busy} onPress={() => void model.confirm()}>
              {say("verification.same")}
            </Button>
            <Button isDisabled={busy} onPress={() => void model.mismatch()}>
              {say("verification.differ")}
            </Button>
          </DialogActions>
        </>
      );
    case "scanned":
      return (
        <>
          <p>{say("verification.scanned")}</p>
          <DialogActions>
            <Button look="primary" isDisabled={busy} onPress={() => void model.confirm()}>
              {say("verification.scanned-yes")}
            </Button>
            <Button isDisabled={busy} onPress={() => void model.mismatch()}>
              {say("verification.scanned-no")}
            </Button>
          </DialogActions>
        </>
      );
    case "done":
      return <End model={model} kind="success" text={say(`verification.done-${whose}`, { name })} />;
    case "cancelled":
      return (
        <End
          model={model}
          kind={step.why === "mismatch" ? "danger" : "info"}
          text={say(`verification.ended-${step.why}`)}
        />
      );
  }
}

function Ready({ model, step }: Props & { step: Extract<VerificationStep, { kind: "ready" }> }) {
  const say = useSay();
  const busy = useLive(model.busy);
  const none = !step.code && !step.canScan && !step.emoji;
  return (
    <>
      {step.code && (
        <>
          <p>{say("verification.show-code")}</p>
          <QrCodeView code={step.code} />
        </>
      )}
      {none && <Notice kind="warning">{say("verification.no-common-way")}</Notice>}
      <div className={styles.ways}>
        {step.canScan && (
          <Button wide icon={ScanLine} isDisabled={busy} onPress={() => model.lookForCode(true)}>
            {say("verification.scan")}
          </Button>
        )}
        {step.emoji && (
          <Button wide icon={Smile} isDisabled={busy} onPress={() => void model.startEmoji()}>
            {say("verification.emoji")}
          </Button>
        )}
      </div>
    </>
  );
}

function End({ model, kind, text }: Props & { kind: "success" | "danger" | "info"; text: string }) {
  const say = useSay();
  return (
    <>
      <Notice kind={kind}>{text}</Notice>
      <DialogActions>
        <Button look="primary" onPress={() => model.close()} autoFocus>
          {say(kind === "success" ? "common.done" : "common.close")}
        </Button>
      </DialogActions>
    </>
  );
}
