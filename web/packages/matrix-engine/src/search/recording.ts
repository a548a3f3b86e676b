// What the index keeps of an event, and what of that is shown again: pure.
import type { Content } from "@herold/engine";
import type { IContent, MatrixEvent } from "matrix-js-sdk";

import { messageContent, withoutQuote } from "../content.ts";
import { type Change, KIND, type MessageRecord, type Version, wording } from "./records.ts";

/** What of a very long message can be found. */
const TEXT_MAX = 20_000;
const LINK = /https?:\/\/\S/;
const HREF = /<a\s[^>]*href=["']https?:/i;
/** What of a content that is more than words is kept: enough to show it, and to fetch the file. */
const KEPT = [
  "msgtype",
  "body",
  "filename",
  "info",
  "file",
  "url",
  "geo_uri",
  "org.matrix.msc3245.voice",
  "m.voice",
] as const;

/** The types of events that say something. */
export const SAID = ["m.room.message", "m.room.encrypted"];

/** What an event does to the index. Encrypted ones were tried before. */
export function changesOf(event: MatrixEvent): Change[] {
  const eventId = event.getId();
  const type = event.getType();
  if (!eventId || event.isState()) return [];
  if (type === "m.room.redaction") return redactions(event);
  if (event.isRedacted()) return [{ kind: "redacted", eventId }];
  const relation = event.getWireContent()["m.relates_to"];
  const replaces = relation?.rel_type === "m.replace" ? relation.event_id : undefined;
  if (event.isDecryptionFailure() || type === "m.room.encrypted")
    return replaces
      ? []
      : [{ kind: "said", record: { ...about(event, eventId), locked: true, versions: [] } }];
  if (type !== "m.room.message") return [];
  const content = event.getOriginalContent();
  if (replaces) return typeof replaces === "string" ? edit(event, eventId, replaces, content) : [];
  const record = { ...about(event, eventId), versions: [versionOf(event, eventId, content)] };
  // The server hands out the newest edit with its message.
  const replacing = event.replacingEvent();
  return [{ kind: "said", record }, ...(replacing ? changesOf(replacing) : [])];
}

function redactions(event: MatrixEvent): Change[] {
  const redacted: unknown = event.event.redacts ?? event.getContent().redacts;
  return typeof redacted === "string" ? [{ kind: "redacted", eventId: redacted }] : [];
}

function about(event: MatrixEvent, eventId: string): Omit<MessageRecord, "versions"> {
  const thread = event.threadRootId;
  const base = { eventId, atMs: event.getTs(), sender: event.getSender() ?? "" };
  return thread && thread !== eventId ? { ...base, thread } : base;
}

function edit(event: MatrixEvent, eventId: string, target: string, content: IContent): Change[] {
  const next: unknown = content["m.new_content"];
  if (typeof next !== "object" || next === null) return [];
  const version = versionOf(event, eventId, next);
  return [{ kind: "edited", target, sender: event.getSender() ?? "", version }];
}

function versionOf(event: MatrixEvent, eventId: string, content: IContent): Version {
  const kept = keptOf(content);
  return {
    eventId,
    atMs: event.getTs(),
    text: textOf(content).slice(0, TEXT_MAX),
    ...(kept ? { content: kept } : {}),
    kinds: kindsOf(content),
  };
}

const words = (value: unknown): string => (typeof value === "string" ? value : "");

/** Of a file its name and what was written under it. */
function textOf(content: IContent): string {
  const body = withoutQuote(words(content.body));
  const name = words(content.filename);
  return name && name !== body ? `${name}\n${body}` : body;
}

export function kindsOf(content: IContent): number {
  let kinds = 0;
  if (content.msgtype === "m.image" || content.msgtype === "m.video") kinds |= KIND.pictures;
  if (content.msgtype === "m.file" || content.msgtype === "m.audio") kinds |= KIND.files;
  if (LINK.test(words(content.body)) || HREF.test(words(content.formatted_body))) kinds |= KIND.links;
  return kinds;
}

function keptOf(content: IContent): IContent | undefined {
  if (content.msgtype === "m.text") return undefined;
  if (content.msgtype === "m.notice" || content.msgtype === "m.emote") return { msgtype: content.msgtype };
  return Object.fromEntries(
    KEPT.filter((key) => content[key] !== undefined).map((key) => [key, content[key]]),
  );
}

/** What a message that was found shows. */
export function shownOf(record: MessageRecord): Content {
  const current = wording(record);
  return messageContent({ msgtype: "m.text", body: current?.text ?? "", ...current?.content });
}
