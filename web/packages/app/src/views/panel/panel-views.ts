// The view of each kind of panel, loaded when it is first opened.
import { type ComponentType, type LazyExoticComponent, lazy } from "react";

import type { Panel } from "../../models/route.ts";
import { withTexts } from "../../texts/later.ts";
import type { PanelProps } from "./panels.ts";

/** A panel that has no view here is not shown. */
export const PANEL_VIEWS: {
  readonly [Kind in Panel["kind"]]?: LazyExoticComponent<ComponentType<PanelProps<Kind>>>;
} = {
  details: lazy(() =>
    withTexts(import("../details/details.view.tsx")).then((file) => ({ default: file.DetailsView })),
  ),
  members: lazy(() =>
    withTexts(import("../members/members.view.tsx")).then((file) => ({ default: file.MembersView })),
  ),
  person: lazy(() => import("../people/person.view.tsx").then((file) => ({ default: file.PersonView }))),
  settings: lazy(() =>
    withTexts(import("../room-settings/room-settings.view.tsx")).then((file) => ({
      default: file.RoomSettingsView,
    })),
  ),
  search: lazy(() =>
    import("../search/search-panel.view.tsx").then((file) => ({ default: file.SearchPanelView })),
  ),
  files: lazy(() =>
    withTexts(import("../files/room-files.view.tsx")).then((file) => ({ default: file.RoomFilesView })),
  ),
  pinned: lazy(() => import("../pinned/pinned.view.tsx").then((file) => ({ default: file.PinnedView }))),
  thread: lazy(() => import("../threads/thread.view.tsx").then((file) => ({ default: file.ThreadView }))),
  threads: lazy(() => import("../threads/threads.view.tsx").then((file) => ({ default: file.ThreadsView }))),
};
