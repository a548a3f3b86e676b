// One room: what it is, and what can be done in it.
import {
  type Draft,
  Failure,
  type Files,
  type HistoryEvent,
  type Live,
  type Member,
  type MessageVersion,
  type NewLocation,
  type NewPoll,
  type NewSticker,
  type Period,
  type Permissions,
  type Profile,
  type Room,
  type RoomChange,
  type RoomDetails,
  type RoomSummary,
  signal,
  type ThreadList,
  type Timeline,
  type TimelineItem,
} from "@herold/engine";
import {
  type EventTimelineSet,
  type IContent,
  KnownMembership,
  type MatrixClient,
  ReceiptType,
  RoomEvent,
  RoomStateEvent,
  type Room as SdkRoom,
  type Thread,
} from "matrix-js-sdk";

import { addAddress, isListed, removeAddress, setListed, setMainAddress } from "./addresses.ts";
import { noteDirect } from "./direct.ts";
import { equal } from "./equal.ts";
import { failing } from "./failures.ts";
import { history } from "./history.ts";
import { itemOf } from "./items.ts";
import { roomLink } from "./links.ts";
import { eventOf, forward, messageAt, threadRootOf, versionsOf } from "./messages.ts";
import { setNotify } from "./notify.ts";
import {
  aroundDraft,
  linkToNamed,
  locationContent,
  messageContent,
  newestOf,
  relation,
  stickerContent,
} from "./outgoing.ts";
import { type PowerLevels, withPermissions } from "./permissions.ts";
import { END, endContent, POLL_START, RESPONSE, responseContent, startContent } from "./poll-format.ts";
import { Polls } from "./polls.ts";
import { type Removing, redact, redactWithEdits } from "./redacting.ts";
import { changeRoom } from "./room-change.ts";
import { detailsOf, membersOf } from "./room-details.ts";
import type { ThreadCounts } from "./thread-counts.ts";
import { MatrixThreads } from "./threads.ts";
import { MatrixTimeline } from "./timeline.ts";
import { typingIn } from "./typing.ts";
import type { Unsent } from "./unsent.ts";
import type { AllUploads, Uploads } from "./uploads.ts";
import { viaOf } from "./via.ts";
import { prepareWriting, written } from "./writing.ts";

/** For apps that show no polls. */
const END_FALLBACK = "The poll has ended.";
/** The worst there is: what it means stands in the reason. */
const REPORT_SCORE = -100;
const TYPING_MS = 20_000;

/** What all rooms of an account have together. */
interface Shared {
  readonly uploads: AllUploads;
  readonly counts: ThreadCounts;
  readonly unsent: Unsent;
}

export class MatrixRoom implements Room {
  readonly roomId: string;
  readonly summary: Live<RoomSummary>;
  readonly #client: MatrixClient;
  readonly #room: SdkRoom;
  readonly #uploads: Uploads;
  readonly #polls: Polls;
  readonly #counts: ThreadCounts;
  readonly #unsent: Unsent;
  readonly #details;
  readonly #members = signal<readonly Member[]>([]);
  readonly #threads = new Map<string, MatrixTimeline>();
  #threadList: MatrixThreads | undefined;
  #timeline: MatrixTimeline | undefined;
  #elsewhere: MatrixTimeline | undefined;
  #elsewhereInThread: MatrixTimeline | undefined;
  #membersWanted = false;

  readonly details: Live<RoomDetails>;
  readonly typing: Live<readonly Profile[]>;

  constructor(client: MatrixClient, room: SdkRoom, summary: Live<RoomSummary>, shared: Shared) {
    this.roomId = room.roomId;
    this.summary = summary;
    this.#client = client;
    this.#room = room;
    this.#uploads = shared.uploads.of(room);
    this.#polls = new Polls(client, room);
    this.#counts = shared.counts;
    this.#unsent = shared.unsent;
    this.#details = signal(detailsOf(client, room));
    this.details = this.#details;
    const refresh = (): void => this.#refresh();
    room.on(RoomStateEvent.Update, refresh);
    room.on(RoomEvent.Summary, refresh);
    room.on(RoomEvent.MyMembership, () => {
      if (this.#membersWanted) void this.#loadMembers();
      refresh();
    });
    this.typing = typingIn(room);
  }

  get members(): Live<readonly Member[]> {
    if (!this.#membersWanted) {
      this.#membersWanted = true;
      void this.#loadMembers();
    }
    return this.#members;
  }

  /** Whoever is only invited is not told who is here, and asks again when they came in. */
  async #loadMembers(): Promise<void> {
    if (this.#room.getMyMembership() === KnownMembership.Join)
      await this.#room.loadMembersIfNeeded().catch(() => undefined);
    this.#refresh();
  }

  get timeline(): Timeline {
    if (!this.#timeline) {
      const timelineSet = this.#room.getUnfilteredTimelineSet();
      this.#timeline = new MatrixTimeline(this.#client, this.#room, {
        timelineSet,
        uploads: this.#uploads,
        polls: this.#polls,
        counts: this.#counts,
      });
      if (this.#details.peek().rights.send) prepareWriting();
      // Failing, it says so itself where the conversation is shown.
      this.#timeline.load().catch(() => undefined);
    }
    return this.#timeline;
  }

  async timelineAt(eventId: string): Promise<Timeline> {
    const timeline = await this.#loadedAt(eventId, this.#room.getUnfilteredTimelineSet());
    this.#elsewhere?.stop();
    this.#elsewhere = timeline;
    return timeline;
  }

  async #loadedAt(eventId: string, timelineSet: EventTimelineSet, thread?: string): Promise<MatrixTimeline> {
    const timeline = new MatrixTimeline(this.#client, this.#room, {
      timelineSet,
      ...(thread ? { thread } : {}),
      at: eventId,
      uploads: this.#uploads,
      polls: this.#polls,
      counts: this.#counts,
    });
    try {
      await timeline.load();
      return timeline;
    } catch (error) {
      timeline.stop();
      throw error;
    }
  }

  thread(rootId: string): Timeline {
    const known = this.#threads.get(rootId);
    if (known) return known;
    const timeline = new MatrixTimeline(this.#client, this.#room, {
      timelineSet: this.#threadOf(rootId).timelineSet,
      thread: rootId,
      uploads: this.#uploads,
      polls: this.#polls,
      counts: this.#counts,
    });
    this.#threads.set(rootId, timeline);
    timeline.load().catch(() => undefined);
    return timeline;
  }

  async threadAt(rootId: string, eventId: string): Promise<Timeline> {
    const timeline = await this.#loadedAt(eventId, this.#threadOf(rootId).timelineSet, rootId);
    this.#elsewhereInThread?.stop();
    this.#elsewhereInThread = timeline;
    return timeline;
  }

  #threadOf(rootId: string): Thread {
    const root = this.#room.findEventById(rootId);
    return this.#room.getThread(rootId) ?? this.#room.createThread(rootId, root, [], true);
  }

  get threads(): ThreadList {
    this.#threadList ??= new MatrixThreads(this.#client, this.#room, this.#counts);
    return this.#threadList;
  }

  async send(draft: Draft): Promise<void> {
    this.setTyping(false);
    await failing(async () => {
      const words = await written(draft, (roomId) => linkToNamed(this.#client, roomId));
      const content = messageContent(draft, words, aroundDraft(this.#room, draft));
      await this.#unsent.send(this.roomId, { type: "m.room.message", content, thread: draft.thread });
    });
  }

  async sendFiles({ files, ...place }: Files): Promise<void> {
    for (const file of files) this.#uploads.add(file, place);
  }

  sendSticker(sticker: NewSticker): Promise<void> {
    const content = stickerContent(sticker, aroundDraft(this.#room, sticker));
    const { thread } = sticker;
    return this.#do(() => this.#unsent.send(this.roomId, { type: "m.sticker", content, thread }));
  }

  react(eventId: string, key: string): Promise<void> {
    const content = { "m.relates_to": { rel_type: "m.annotation", event_id: eventId, key } };
    return this.#do(() => this.#unsent.send(this.roomId, { type: "m.reaction", content }));
  }

  async unreact(eventId: string, key: string): Promise<void> {
    const relations = this.#room.relations.getChildEventsForEvent(eventId, "m.annotation", "m.reaction");
    const mine = relations?.getAnnotationsBySender()?.[this.#room.myUserId] ?? new Set();
    for (const reaction of mine) {
      if (reaction.getRelation()?.key === key && !reaction.isRedacted())
        await redact(this.#removing, reaction.getId() ?? "");
    }
  }

  redact(eventId: string, reason?: string): Promise<void> {
    return redactWithEdits(this.#removing, eventId, reason);
  }

  get #removing(): Removing {
    return { client: this.#client, room: this.#room, unsent: this.#unsent };
  }

  setTyping(typing: boolean): void {
    // Nobody waits for it, and nothing is lost when it does not arrive.
    this.#client.sendTyping(this.roomId, typing, TYPING_MS).catch(() => undefined);
  }

  async markRead(
    eventId: string,
    { privately, thread }: { privately: boolean; thread?: string },
  ): Promise<void> {
    const event = this.#room.findEventById(eventId);
    if (!event) return;
    await this.#do(() =>
      this.#client.sendReadReceipt(event, privately ? ReceiptType.ReadPrivate : ReceiptType.Read, false),
    );
    if (!thread) await this.#do(() => this.#client.setRoomReadMarkersHttpRequest(this.roomId, eventId));
    if (this.summary.peek().unread.marked) await this.markUnread(false);
  }

  async markUnread(unread: boolean): Promise<void> {
    if (!unread && this.#room.getAccountData("m.marked_unread")?.getContent().unread !== true) return;
    await this.#do(() =>
      this.#client.setRoomAccountData(this.roomId, "m.marked_unread" as never, { unread } as never),
    );
  }

  setFavourite(favourite: boolean, order?: number): Promise<void> {
    return this.#tag("m.favourite", favourite, order);
  }

  setLowPriority(low: boolean): Promise<void> {
    return this.#tag("m.lowpriority", low);
  }

  #tag(tag: string, set: boolean, order?: number): Promise<void> {
    return this.#do(() =>
      set
        ? this.#client.setRoomTag(this.roomId, tag, order === undefined ? {} : { order })
        : this.#client.deleteRoomTag(this.roomId, tag),
    );
  }

  async setNotify(notify: RoomDetails["notify"]): Promise<void> {
    await failing(() => setNotify(this.#client, this.roomId, notify));
    this.#refresh();
  }

  async accept(): Promise<void> {
    // Once it is accepted nothing says any more that it was meant for two.
    const inviter = this.#room.getMember(this.#room.myUserId)?.getDMInviter();
    await this.#do(() => this.#client.joinRoom(this.roomId));
    if (inviter) await this.#do(() => noteDirect(this.#client, inviter, this.roomId));
  }

  leave(): Promise<void> {
    return this.#do(() => this.#client.leave(this.roomId));
  }

  forget(): Promise<void> {
    return this.#do(() => this.#client.forget(this.roomId));
  }

  invite(userId: string, reason?: string): Promise<void> {
    return this.#do(() => this.#client.invite(this.roomId, userId, reason ? { reason } : {}));
  }

  kick(userId: string, reason?: string): Promise<void> {
    return this.#do(() => this.#client.kick(this.roomId, userId, reason));
  }

  ban(userId: string, reason?: string): Promise<void> {
    return this.#do(() => this.#client.ban(this.roomId, userId, reason));
  }

  unban(userId: string): Promise<void> {
    return this.#do(() => this.#client.unban(this.roomId, userId));
  }

  setPowerLevel(userId: string, powerLevel: number): Promise<void> {
    return this.#do(() => this.#client.setPowerLevel(this.roomId, userId, powerLevel));
  }

  pin(eventId: string, pinned: boolean): Promise<void> {
    const others = this.#details.peek().pinned.filter((known) => known !== eventId);
    const content = { pinned: pinned ? [...others, eventId] : others };
    return this.#do(() =>
      this.#client.sendStateEvent(this.roomId, "m.room.pinned_events" as never, content as never),
    );
  }

  change(change: RoomChange): Promise<void> {
    return this.#do(() => changeRoom(this.#client, this.roomId, change));
  }

  report(reason: string): Promise<void> {
    return this.#do(() => this.#client.reportRoom(this.roomId, reason));
  }

  setPermissions(change: Partial<Permissions>): Promise<void> {
    const type = "m.room.power_levels";
    const levels = this.#room.currentState.getStateEvents(type, "")?.getContent<PowerLevels>() ?? {};
    const content = withPermissions(levels, change);
    return this.#do(() => this.#client.sendStateEvent(this.roomId, type as never, content as never));
  }

  async addresses(): Promise<readonly string[]> {
    return (await failing(() => this.#client.getLocalAliases(this.roomId))).aliases;
  }

  addAddress(localPart: string): Promise<void> {
    return addAddress(this.#client, this.#room, localPart);
  }

  removeAddress(address: string): Promise<void> {
    return removeAddress(this.#client, this.#room, address);
  }

  setMainAddress(address: string | undefined): Promise<void> {
    return setMainAddress(this.#client, this.#room, address);
  }

  listed(): Promise<boolean> {
    return isListed(this.#client, this.roomId);
  }

  setListed(listed: boolean): Promise<void> {
    return setListed(this.#client, this.roomId, listed);
  }

  async newerVersion(): Promise<string | undefined> {
    const { default: newest } =
      (await failing(() => this.#client.getCapabilities()))["m.room_versions"] ?? {};
    return newest === this.#room.getVersion() ? undefined : newest;
  }

  async upgrade(version: string): Promise<string> {
    return (await failing(() => this.#client.upgradeRoom(this.roomId, version))).replacement_room;
  }

  setChild(
    roomId: string,
    child: { readonly order?: string; readonly suggested?: boolean } | undefined,
  ): Promise<void> {
    const content = child ? { via: viaOf(this.#client, this.#client.getRoom(roomId)), ...child } : {};
    return this.#do(() =>
      this.#client.sendStateEvent(this.roomId, "m.space.child" as never, content as never, roomId),
    );
  }

  history(period: Period, signal: AbortSignal): AsyncIterable<readonly HistoryEvent[]> {
    return history(this.#client, this.#room, period, signal);
  }

  async message(eventId: string): Promise<TimelineItem> {
    const event = await eventOf(this.#client, this.#room, eventId);
    const item = itemOf(event, {
      room: this.#room,
      timelineSet: this.#room.getUnfilteredTimelineSet(),
      thread: undefined,
      polls: this.#polls,
      counts: this.#counts,
      shield: () => "none",
      answered: (answered) => this.#room.findEventById(answered),
    });
    if (!item) throw new Failure("not-found");
    return item;
  }

  versions(eventId: string): Promise<readonly MessageVersion[]> {
    return versionsOf(this.#client, this.#room, eventId);
  }

  forward(eventIds: readonly string[], toRooms: readonly string[]): Promise<void> {
    return forward(this.#client, this.#unsent, this.#room, { eventIds, toRooms });
  }

  reportMessage(eventId: string, reason: string): Promise<void> {
    return this.#do(() => this.#client.reportEvent(this.roomId, eventId, REPORT_SCORE, reason));
  }

  messageAt(atMs: number): Promise<string> {
    return messageAt(this.#client, this.roomId, atMs);
  }

  threadOf(eventId: string): Promise<string | undefined> {
    return threadRootOf(this.#client, this.#room, eventId);
  }

  startPoll(poll: NewPoll): Promise<void> {
    return this.#sendAs(POLL_START, startContent(poll), poll.thread);
  }

  vote(pollId: string, answers: readonly string[]): Promise<void> {
    return this.#sendAs(RESPONSE, responseContent(pollId, answers));
  }

  endPoll(pollId: string): Promise<void> {
    return this.#sendAs(END, endContent(pollId, END_FALLBACK));
  }

  sendLocation(location: NewLocation): Promise<void> {
    return this.#sendAs("m.room.message", locationContent(location), location.thread);
  }

  #sendAs(type: string, content: IContent, thread?: string): Promise<void> {
    const whole = { ...content, ...relation({ replyTo: undefined, thread }, newestOf(this.#room, thread)) };
    const said = content["m.relates_to"] ? content : whole;
    return this.#do(() => this.#unsent.send(this.roomId, { type, content: said, thread }));
  }

  linkTo(eventId?: string): string {
    return roomLink(this.#room, eventId);
  }

  stop(): void {
    this.#timeline?.stop();
    this.#elsewhere?.stop();
    this.#elsewhereInThread?.stop();
    for (const thread of this.#threads.values()) thread.stop();
  }

  async #do(act: () => Promise<unknown>): Promise<void> {
    await failing(act);
  }

  #refresh(): void {
    const details = detailsOf(this.#client, this.#room);
    if (!equal(details, this.#details.peek())) this.#details.value = details;
    if (!this.#membersWanted) return;
    const members = membersOf(this.#room);
    if (!equal(members, this.#members.peek())) this.#members.value = members;
  }
}
