// What can stand beside a conversation: one line for each kind of panel.
import type { Room, Session } from "@herold/engine";

import type { AppModel } from "../../models/app.model.ts";
import type { Panel } from "../../models/route.ts";
import type { TextKey } from "../../texts/keys.ts";

export interface PanelProps<Kind extends Panel["kind"] = Panel["kind"]> {
  readonly app: AppModel;
  readonly session: Session;
  readonly room: Room;
  readonly panel: Extract<Panel, { kind: Kind }>;
}

interface PanelEntry {
  readonly title: TextKey;
  /** Where the room is a space. */
  readonly titleOfSpace?: TextKey;
  /** The panel that this one is a part of, for the way back. */
  readonly within?: "details" | "members" | "threads";
}

/** A panel that is not named here is not shown. */
export const PANELS: { readonly [Kind in Panel["kind"]]?: PanelEntry } = {
  details: {
    title: "panel.details",
    titleOfSpace: "panel.space-details",
  },
  members: {
    title: "panel.members",
    within: "details",
  },
  person: {
    title: "panel.person",
    within: "members",
  },
  settings: {
    title: "panel.settings",
    titleOfSpace: "panel.space-settings",
    within: "details",
  },
  search: {
    title: "panel.search",
  },
  files: {
    title: "panel.files",
    within: "details",
  },
  pinned: {
    title: "panel.pinned",
  },
  thread: {
    title: "panel.thread",
    within: "threads",
  },
  threads: {
    title: "panel.threads",
  },
};
