// New messages as they come, judged by the push rules of the account.
import {
  type Live,
  type News,
  type NotificationRules,
  type Notifications,
  type PushTarget,
  signal,
} from "@herold/engine";
import {
  ClientEvent,
  KnownMembership,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  type Room,
  RoomEvent,
  SyncState,
} from "matrix-js-sdk";

import { contentOf } from "./content.ts";
import { equal } from "./equal.ts";
import { failing } from "./failures.ts";
import { keepRules, rulesIn } from "./notification-rules.ts";
import { noPusher, pusherFor } from "./pusher.ts";
import { profileIn, roomNameOf } from "./summaries.ts";

/** A key that comes a little later than its message still opens it in time. */
const KEY_PATIENCE_MS = 4_000;
/** The newest events that were looked at: one of a thread comes in the thread and in the room. */
const LOOKED_MAX = 500;

export class MatrixNotifications implements Notifications {
  readonly #client: MatrixClient;
  readonly #isDirect: (roomId: string) => boolean;
  readonly #told = new Set<(news: News) => void>();
  readonly #rules;
  readonly #looked = new Set<string>();
  /** What was there when the app was opened is seen in the list. */
  #live = false;

  readonly rules: Live<NotificationRules>;

  constructor(client: MatrixClient, isDirect: (roomId: string) => boolean) {
    this.#client = client;
    this.#isDirect = isDirect;
    this.#rules = signal(rulesIn(client.pushRules));
    this.rules = this.#rules;
    client.on(ClientEvent.Sync, (state, _before, data) => {
      if (state === SyncState.Syncing || (state === SyncState.Prepared && !data?.fromCache))
        this.#live = true;
      this.#lookAtRules();
    });
    client.on(ClientEvent.AccountData, (event) => {
      if (event.getType() === "m.push_rules") this.#lookAtRules();
    });
    client.on(RoomEvent.Timeline, (event, room, toStart, removed, { liveEvent }) => {
      if (this.#live && room && liveEvent && !toStart && !removed) void this.#message(event, room);
    });
    client.on(RoomEvent.MyMembership, (room, membership) => {
      // Its name is known a moment later.
      if (this.#live && membership === KnownMembership.Invite) setTimeout(() => this.#invitation(room));
    });
  }

  follow(tell: (news: News) => void): () => void {
    this.#told.add(tell);
    return () => void this.#told.delete(tell);
  }

  async setRules(changed: Partial<NotificationRules>): Promise<void> {
    await failing(() => keepRules(this.#client, changed));
    this.#lookAtRules();
  }

  async pushTo(target: PushTarget): Promise<void> {
    await failing(() => this.#client.setPusher(pusherFor(target, this.#client.getSafeUserId())));
  }

  async stopPush(p256dh: string): Promise<void> {
    await failing(() => this.#client.setPusher(noPusher(p256dh)));
  }

  async #message(event: MatrixEvent, room: Room): Promise<void> {
    const me = this.#client.getSafeUserId();
    const sender = event.getSender() ?? "";
    const eventId = event.getId();
    if (!eventId || sender === me || this.#client.isUserIgnored(sender) || !this.#isNew(eventId)) return;
    await decrypted(this.#client, event);
    const actions = this.#client.getPushActionsForEvent(event, true);
    if (!actions?.notify || event.isRedacted() || room.hasUserReadEvent(me, eventId)) return;
    const content = contentOf(event, (userId) => profileIn(room, userId));
    if (content) this.#tell(room, sender, { eventId, what: content, loud: Boolean(actions.tweaks?.sound) });
  }

  #isNew(eventId: string): boolean {
    if (this.#looked.has(eventId)) return false;
    this.#looked.add(eventId);
    const [oldest] = this.#looked;
    if (oldest && this.#looked.size > LOOKED_MAX) this.#looked.delete(oldest);
    return true;
  }

  #invitation(room: Room): void {
    if (!this.#rules.peek().invitations || !this.#rules.peek().enabled) return;
    const me = this.#client.getSafeUserId();
    const sender = room.getMember(me)?.events.member?.getSender() ?? room.getDMInviter() ?? "";
    this.#tell(room, sender, {
      eventId: undefined,
      what: { kind: "invitation" },
      loud: true,
    });
  }

  #tell(room: Room, sender: string, what: Pick<News, "eventId" | "what" | "loud">): void {
    const news: News = {
      ...what,
      roomId: room.roomId,
      roomName: roomNameOf(room),
      direct: this.#isDirect(room.roomId),
      sender: profileIn(room, sender),
    };
    for (const tell of this.#told) tell(news);
  }

  #lookAtRules(): void {
    const rules = rulesIn(this.#client.pushRules);
    if (!equal(rules, this.#rules.peek())) this.#rules.value = rules;
  }
}

/** Ends when it can be read, or will not be for a while. */
async function decrypted(client: MatrixClient, event: MatrixEvent): Promise<void> {
  await client.decryptEventIfNeeded(event).catch(() => undefined);
  if (!event.isDecryptionFailure()) return;
  await new Promise<void>((resolve) => {
    const patience = setTimeout(done, KEY_PATIENCE_MS);
    function done(): void {
      clearTimeout(patience);
      event.off(MatrixEventEvent.Decrypted, look);
      resolve();
    }
    function look(): void {
      if (!event.isDecryptionFailure()) done();
    }
    event.on(MatrixEventEvent.Decrypted, look);
  });
}
