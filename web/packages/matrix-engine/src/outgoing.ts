// From a draft to the content of an event: edits, answers, threads and mentions as the specification has them.
import type { Draft, NewLocation, NewSticker } from "@herold/engine";
import type { IContent, MatrixClient, Room } from "matrix-js-sdk";

import { aliasLink, roomLink } from "./links.ts";
import type { Written } from "./markdown.ts";

/** What is around the draft, from the room. */
export interface Around {
  /** Who wrote the message that is answered. */
  readonly answered: string | undefined;
  /** The newest message of the thread, for clients that know no threads. */
  readonly newestOfThread: string | undefined;
  /** Whom the message that is edited named: they are not told again. */
  readonly namedBefore: readonly string[];
}

/** `written` is the draft in the words that are sent. */
export function messageContent(draft: Draft, { body, html }: Written, around: Around): IContent {
  const mentions = mentionsOf(draft, around.answered);
  const words = {
    msgtype: draft.emote ? "m.emote" : "m.text",
    body,
    ...(html ? { format: "org.matrix.custom.html", formatted_body: html } : {}),
    "m.mentions": mentions,
  };
  if (draft.edits) return editContent(words, draft.edits, around.namedBefore);
  return { ...words, ...relation(draft, around.newestOfThread) };
}

function mentionsOf(draft: Draft, answered: string | undefined): { user_ids?: string[]; room?: boolean } {
  const people = new Set(draft.mentions.map((mention) => mention.userId));
  if (answered) people.add(answered);
  return {
    ...(people.size > 0 ? { user_ids: [...people] } : {}),
    ...(draft.mentionsRoom ? { room: true } : {}),
  };
}

/** Who knows no edits sees the new words behind a star. */
function editContent(words: IContent, edited: string, namedBefore: readonly string[]): IContent {
  const all: readonly string[] = words["m.mentions"]?.user_ids ?? [];
  const named = all.filter((userId) => !namedBefore.includes(userId));
  return {
    ...words,
    body: `* ${words.body}`,
    ...(words.formatted_body ? { formatted_body: `* ${words.formatted_body}` } : {}),
    "m.mentions": named.length > 0 ? { user_ids: named } : {},
    "m.new_content": words,
    "m.relates_to": { rel_type: "m.replace", event_id: edited },
  };
}

/** What a message stands under: an answer, a thread, or an answer in a thread. */
export function relation(
  { replyTo, thread }: Pick<Draft, "replyTo" | "thread">,
  newestOfThread: string | undefined,
): IContent {
  if (thread) {
    return {
      "m.relates_to": {
        rel_type: "m.thread",
        event_id: thread,
        is_falling_back: replyTo === undefined,
        "m.in_reply_to": { event_id: replyTo ?? newestOfThread ?? thread },
      },
    };
  }
  return replyTo ? { "m.relates_to": { "m.in_reply_to": { event_id: replyTo } } } : {};
}

/** A place as every app shows it, and as newer ones do. */
export function locationContent({ latitude, longitude, accuracyMetres, description }: NewLocation): IContent {
  const uri = `geo:${latitude},${longitude}${accuracyMetres === undefined ? "" : `;u=${Math.round(accuracyMetres)}`}`;
  return {
    msgtype: "m.location",
    body: `${description} ${uri}`.trim(),
    geo_uri: uri,
    "org.matrix.msc3488.location": { uri, description },
    "org.matrix.msc3488.asset": { type: "m.self" },
    "m.mentions": {},
  };
}

/** A picture of a pack, as a message of its own. */
export function stickerContent(
  sticker: NewSticker,
  { answered, newestOfThread }: Omit<Around, "namedBefore">,
): IContent {
  const { description, picture, info } = sticker.image;
  return {
    body: description,
    info: info ?? {},
    url: picture.source.address,
    "m.mentions": answered ? { user_ids: [answered] } : {},
    ...relation(sticker, newestOfThread),
  };
}

export function aroundDraft(
  room: Room,
  draft: Pick<Draft, "replyTo" | "thread"> & Partial<Pick<Draft, "edits">>,
): Around {
  return {
    answered: draft.replyTo ? room.findEventById(draft.replyTo)?.getSender() : undefined,
    newestOfThread: newestOf(room, draft.thread),
    namedBefore: namedIn(draft.edits ? room.findEventById(draft.edits)?.getContent() : undefined),
  };
}

/** The newest message of a thread that the server has: what waits to be sent has no id that others know. */
export function newestOf(room: Room, threadId: string | undefined): string | undefined {
  const thread = threadId ? room.getThread(threadId) : undefined;
  if (!thread?.replyToEvent?.status) return thread?.replyToEvent?.getId();
  return thread.lastReply((event) => event.isRelation("m.thread") && !event.status)?.getId();
}

/** The address of a room that is named. */
export function linkToNamed(client: MatrixClient, roomId: string): string {
  const named = client.getRoom(roomId);
  return named ? roomLink(named) : aliasLink(roomId);
}

function namedIn(content: IContent | undefined): readonly string[] {
  const ids: unknown = content?.["m.mentions"]?.user_ids;
  return Array.isArray(ids) ? ids : [];
}
