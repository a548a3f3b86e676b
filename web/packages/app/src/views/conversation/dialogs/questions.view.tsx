// The dialogs about messages, one at a time; none of them is loaded before the first is asked for.
import { lazy, Suspense } from "react";

import type { ConversationModel } from "../../../models/conversation.model.ts";
import { picturesOf } from "../../../models/pictures/gallery.ts";
import { useLive } from "../../../parts/live.ts";

const GalleryView = lazy(() =>
  import("../../pictures/gallery.view.tsx").then((file) => ({ default: file.GalleryView })),
);
const DateView = lazy(() => import("./date.view.tsx").then((file) => ({ default: file.DateView })));
const ForwardView = lazy(() => import("./forward.view.tsx").then((file) => ({ default: file.ForwardView })));
const RemoveView = lazy(() => import("./remove.view.tsx").then((file) => ({ default: file.RemoveView })));
const ReportView = lazy(() => import("./report.view.tsx").then((file) => ({ default: file.ReportView })));
const VersionsView = lazy(() =>
  import("./versions.view.tsx").then((file) => ({ default: file.VersionsView })),
);

export function QuestionsView({ model }: { model: ConversationModel }) {
  const question = useLive(model.question);
  const picture = useLive(model.picture);
  return (
    <Suspense>
      {picture && <Pictures model={model} first={picture} />}
      {question?.kind === "versions" && <VersionsView model={model} eventId={question.eventId} />}
      {question?.kind === "report" && <ReportView model={model} eventId={question.eventId} />}
      {question?.kind === "forward" && <ForwardView model={model} eventIds={question.eventIds} />}
      {question?.kind === "remove" && <RemoveView model={model} eventIds={question.eventIds} />}
      {question?.kind === "date" && <DateView model={model} />}
    </Suspense>
  );
}

/** Messages among which there may be some. */
const MORE_FOR_PICTURES = 40;

function Pictures({ model, first }: { model: ConversationModel; first: string }) {
  const timeline = useLive(model.timeline);
  return (
    <GalleryView
      pictures={picturesOf(useLive(timeline.items))}
      first={first}
      loadOlder={() => void model.loadOlder(MORE_FOR_PICTURES)}
      close={() => model.showPicture(undefined)}
    />
  );
}
