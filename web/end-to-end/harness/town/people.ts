// The people of a town, and how they speak.
import { randomUUID } from "node:crypto";

import type { OtherApp } from "../other-app.ts";

export interface Town {
  readonly url: string;
  readonly jonas: OtherApp;
  readonly amelie: OtherApp;
  readonly friederike: OtherApp;
}

/** Answers with the id of what was said. */
export async function say(
  person: OtherApp,
  room: string,
  content: object,
  type = "m.room.message",
): Promise<string> {
  const place = `/v3/rooms/${room}/send/${type}/${randomUUID()}`;
  return (await person.ask<{ event_id: string }>("PUT", place, content)).event_id;
}
