// What can stand beside a conversation: one line for each kind of panel, whose view is loaded when it is first opened.
import type { Room, Session } from "@herold/engine";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";

import type { AppModel } from "../../models/app.model.ts";
import type { Panel } from "../../models/route.ts";
import type { TextKey } from "../../texts/keys.ts";

export interface PanelProps<Kind extends Panel["kind"] = Panel["kind"]> {
  readonly app: AppModel;
  readonly session: Session;
  readonly room: Room;
  readonly panel: Extract<Panel, { kind: Kind }>;
}

interface PanelEntry<Kind extends Panel["kind"]> {
  readonly title: TextKey;
  /** Where the room is a space. */
  readonly titleOfSpace?: TextKey;
  /** The panel that this one is a part of, for the way back. */
  readonly within?: "details" | "members" | "threads";
  readonly View: LazyExoticComponent<ComponentType<PanelProps<Kind>>>;
}

/** A panel that is not named here is not shown. */
export const PANELS: { readonly [Kind in Panel["kind"]]?: PanelEntry<Kind> } = {
  details: {
    title: "panel.details",
    titleOfSpace: "panel.space-details",
    View: lazy(() => import("../details/details.view.tsx").then((file) => ({ default: file.DetailsView }))),
  },
  members: {
    title: "panel.members",
    within: "details",
    View: lazy(() => import("../members/members.view.tsx").then((file) => ({ default: file.MembersView }))),
  },
  person: {
    title: "panel.person",
    within: "members",
    View: lazy(() => import("../people/person.view.tsx").then((file) => ({ default: file.PersonView }))),
  },
  settings: {
    title: "panel.settings",
    titleOfSpace: "panel.space-settings",
    within: "details",
    View: lazy(() =>
      import("../room-settings/room-settings.view.tsx").then((file) => ({ default: file.RoomSettingsView })),
    ),
  },
  search: {
    title: "panel.search",
    View: lazy(() =>
      import("../search/search-panel.view.tsx").then((file) => ({ default: file.SearchPanelView })),
    ),
  },
  files: {
    title: "panel.files",
    within: "details",
    View: lazy(() =>
      import("../files/room-files.view.tsx").then((file) => ({ default: file.RoomFilesView })),
    ),
  },
  pinned: {
    title: "panel.pinned",
    View: lazy(() => import("../pinned/pinned.view.tsx").then((file) => ({ default: file.PinnedView }))),
  },
  thread: {
    title: "panel.thread",
    within: "threads",
    View: lazy(() => import("../threads/thread.view.tsx").then((file) => ({ default: file.ThreadView }))),
  },
  threads: {
    title: "panel.threads",
    View: lazy(() => import("../threads/threads.view.tsx").then((file) => ({ default: file.ThreadsView }))),
  },
};
