// What an event is to people: pure, from the event and the names of those it speaks of.
import type {
  Content,
  DecryptionProblem,
  MediaSource,
  MembershipChange,
  Picture,
  Profile,
  RoomChangeEvent,
  Words,
} from "@herold/engine";
import { type IContent, type MatrixEvent, MsgType } from "matrix-js-sdk";
import { DecryptionFailureCode } from "matrix-js-sdk/lib/crypto-api/index.js";

import { isVideoCall } from "./call-log.ts";
import { shownName } from "./names.ts";
import { POLL_START, pollIn } from "./poll-format.ts";
import { mxc, number, text } from "./values.ts";

/** Who somebody is in the room, as far as it is known. */
export type Named = (userId: string) => Profile;

/** What leaves a trace when it is removed; a reaction that is taken back leaves none. */
const SAID: ReadonlySet<string> = new Set([
  "m.room.message",
  "m.room.encrypted",
  "m.sticker",
  "m.poll.start",
]);

/** In a redaction: the event that was an edit of this one. A removed event says no more what it was. */
export const EDIT_OF = "org.herold.edit_of";

/** Nothing for events that are not shown in a conversation. */
export function contentOf(event: MatrixEvent, named: Named): Content | undefined {
  if (event.isRedacted()) return SAID.has(event.getType()) ? redacted(event, named) : undefined;
  if (event.isDecryptionFailure()) return { kind: "undecryptable", why: problemOf(event) };
  if (event.isBeingDecrypted() || event.getType() === "m.room.encrypted") {
    return { kind: "undecryptable", why: "waiting-for-key" };
  }
  switch (event.getType()) {
    case "m.room.message":
      return messageContent(event.getContent());
    case "m.poll.start":
    case POLL_START: {
      const poll = pollIn(event.getContent());
      return poll ? { kind: "poll", poll } : undefined;
    }
    case "m.call.invite":
      return { kind: "call", outcome: "ringing", video: isVideoCall(event) };
    case "m.sticker":
      return stickerContent(event.getContent());
    case "m.room.member":
      return memberContent(event, named);
    default:
      return roomContent(event);
  }
}

/** The content of an m.room.message. */
export function messageContent(content: IContent): Content {
  const body = text(content.body) ?? "";
  switch (content.msgtype) {
    case MsgType.Text:
      return { kind: "text", words: wordsOf(content) };
    case MsgType.Notice:
      return { kind: "notice", words: wordsOf(content) };
    case MsgType.Emote:
      return { kind: "emote", words: wordsOf(content) };
    case MsgType.Location:
      return locationContent(content) ?? { kind: "text", words: wordsOf(content) };
    case MsgType.Image:
    case MsgType.Video:
    case MsgType.Audio:
    case MsgType.File:
      return fileContent(content) ?? { kind: "unknown", type: content.msgtype, fallback: text(content.body) };
    case MsgType.KeyVerificationRequest:
      return { kind: "verification" };
    default:
      return { kind: "unknown", type: text(content.msgtype) ?? "", fallback: body || undefined };
  }
}

export function wordsOf(content: IContent): Words {
  const format = content.format === "org.matrix.custom.html" ? text(content.formatted_body) : undefined;
  const html = format?.replace(/<mx-reply>[\s\S]*?<\/mx-reply>/g, "");
  const plain = text(content.body) ?? "";
  return { plain: html ? plain : withoutQuote(plain), html };
}

/** Older clients repeat what they answer to at the head of the answer, in its format as well. */
export function withoutQuote(plain: string): string {
  return plain.startsWith("> <") ? plain.replace(/^(> .*\n)+\n?/, "") : plain;
}

function fileContent(content: IContent): Content | undefined {
  const info: IContent = content.info ?? {};
  const source = sourceOf(content.file, content.url, info.mimetype);
  if (!source) return undefined;
  const body = text(content.body) ?? "";
  const name = text(content.filename) ?? body;
  const base = {
    name: shownName(name) ?? "",
    size: number(info.size),
    source,
    caption: name === body ? undefined : wordsOf(content),
  };
  const durationMs = number(info.duration);
  switch (content.msgtype) {
    case MsgType.Image:
      return { kind: "image", ...base, picture: pictureOf(source, info) };
    case MsgType.Video:
      return { kind: "video", ...base, picture: pictureOf(source, info), durationMs };
    case MsgType.Audio: {
      const voice = content["org.matrix.msc3245.voice"] ?? content["m.voice"];
      const audio: IContent = content["org.matrix.msc1767.audio"] ?? {};
      if (!voice) return { kind: "audio", ...base, durationMs };
      const heights = Array.isArray(audio.waveform) ? audio.waveform : [];
      const waveform = heights
        .slice(0, 512)
        .map((height: unknown) => Math.min(1, (number(height) ?? 0) / 1024));
      return { kind: "voice", ...base, durationMs: durationMs ?? number(audio.duration), waveform };
    }
    default:
      return { kind: "file", ...base };
  }
}

/** A file of an event: encrypted ones say how to read them, and what they hold is said inside. */
export function sourceOf(file: unknown, url: unknown, mimeType: unknown): MediaSource | undefined {
  const encrypted = file as { url?: unknown } | undefined;
  const address = mxc(encrypted?.url ?? url);
  if (!address) return undefined;
  return { address, mimeType: text(mimeType), ...(encrypted ? { encryption: encrypted } : {}) };
}

/** A picture, with what is said of it in `info`. */
export function pictureOf(source: MediaSource, info: IContent): Picture {
  const thumbnail = sourceOf(info.thumbnail_file, info.thumbnail_url, info.thumbnail_info?.mimetype);
  return {
    source,
    thumbnail,
    width: number(info.w),
    height: number(info.h),
    blurhash: text(info["xyz.amorgan.blurhash"]),
    animated: info["org.matrix.msc4230.is_animated"] === true || info.mimetype === "image/gif",
  };
}

function stickerContent(content: IContent): Content | undefined {
  const source = sourceOf(content.file, content.url, content.info?.mimetype);
  if (!source) return undefined;
  return {
    kind: "sticker",
    name: shownName(content.body) ?? "",
    picture: pictureOf(source, content.info ?? {}),
  };
}

function locationContent(content: IContent): Content | undefined {
  const address = text(content.geo_uri) ?? text(content["org.matrix.msc3488.location"]?.uri);
  const found = /^geo:(-?[\d.]+),(-?[\d.]+)/.exec(address ?? "");
  if (!found) return undefined;
  const [latitude, longitude] = [Number(found[1]), Number(found[2])];
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return undefined;
  return { kind: "location", latitude, longitude, description: text(content.body) ?? "" };
}

/** The message that it changed stands for what was an edit. */
function redacted(event: MatrixEvent, named: Named): Content | undefined {
  const redaction = event.getUnsigned().redacted_because;
  if (text(redaction?.content?.[EDIT_OF]) !== undefined) return undefined;
  const by = text(redaction?.sender) ?? event.getSender() ?? "";
  return { kind: "redacted", by: named(by), reason: text(redaction?.content?.reason) };
}

const PROBLEMS: Partial<Record<DecryptionFailureCode, DecryptionProblem>> = {
  [DecryptionFailureCode.HISTORICAL_MESSAGE_NO_KEY_BACKUP]: "history-lost",
  [DecryptionFailureCode.HISTORICAL_MESSAGE_BACKUP_UNCONFIGURED]: "history-locked",
  [DecryptionFailureCode.HISTORICAL_MESSAGE_WORKING_BACKUP]: "waiting-for-key",
  [DecryptionFailureCode.HISTORICAL_MESSAGE_USER_NOT_JOINED]: "not-a-member-then",
  [DecryptionFailureCode.MEGOLM_KEY_WITHHELD]: "withheld",
  [DecryptionFailureCode.MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE]: "not-confirmed-then",
  [DecryptionFailureCode.MEGOLM_UNKNOWN_INBOUND_SESSION_ID]: "waiting-for-key",
  [DecryptionFailureCode.OLM_UNKNOWN_MESSAGE_INDEX]: "waiting-for-key",
  [DecryptionFailureCode.SENDER_IDENTITY_PREVIOUSLY_VERIFIED]: "sender-untrusted",
  [DecryptionFailureCode.UNSIGNED_SENDER_DEVICE]: "sender-untrusted",
  [DecryptionFailureCode.UNKNOWN_SENDER_DEVICE]: "sender-untrusted",
};

function problemOf(event: MatrixEvent): DecryptionProblem {
  const code = event.decryptionFailureReason;
  return (code && PROBLEMS[code]) ?? "broken";
}

function memberContent(event: MatrixEvent, named: Named): Content | undefined {
  const of = named(event.getStateKey() ?? "");
  const [now, before] = [event.getContent(), event.getPrevContent()];
  const change = membershipChange(event, now, before);
  if (!change) return undefined;
  return {
    kind: "membership",
    change,
    of,
    reason: text(now.reason),
    previousName: change === "renamed" ? shownName(before.displayname) : undefined,
  };
}

function membershipChange(event: MatrixEvent, now: IContent, before: IContent): MembershipChange | undefined {
  const byThemselves = event.getSender() === event.getStateKey();
  switch (now.membership) {
    case "invite":
      return "invited";
    case "knock":
      return "knocked";
    case "ban":
      return "banned";
    case "join":
      if (before.membership !== "join") return "joined";
      if (before.displayname !== now.displayname) return "renamed";
      return before.avatar_url === now.avatar_url ? undefined : "avatar-changed";
    case "leave":
      if (before.membership === "ban") return "unbanned";
      if (before.membership === "invite")
        return byThemselves ? "invitation-declined" : "invitation-withdrawn";
      if (before.membership === "knock") return byThemselves ? "knock-withdrawn" : "knock-declined";
      return byThemselves ? "left" : "kicked";
    default:
      return undefined;
  }
}

function roomContent(event: MatrixEvent): Content | undefined {
  if (!event.isState()) return undefined;
  const change = roomChange(event.getType(), event.getContent());
  return change && { kind: "room", change };
}

function roomChange(type: string, content: IContent): RoomChangeEvent | undefined {
  switch (type) {
    case "m.room.create":
      return { what: "created" };
    case "m.room.encryption":
      return { what: "encrypted" };
    case "m.room.avatar":
      return { what: "avatar" };
    case "m.room.pinned_events":
      return { what: "pinned" };
    case "m.room.power_levels":
      return { what: "permissions" };
    case "m.room.tombstone":
      return { what: "upgraded" };
    case "m.room.server_acl":
      return { what: "server-access" };
    case "m.room.name":
      return { what: "name", to: shownName(content.name) };
    case "m.room.topic":
      return { what: "topic", to: text(content.topic) };
    case "m.room.canonical_alias":
      return { what: "alias", to: text(content.alias) };
    case "m.room.join_rules":
      return { what: "access", to: text(content.join_rule) };
    case "m.room.history_visibility":
      return { what: "history", to: text(content.history_visibility) };
    default:
      return undefined;
  }
}
