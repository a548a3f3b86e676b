// One signed-in account: its client, its stores, and everything that is reached from it.
import {
  type Connection,
  type EncryptionState,
  type ImagePacks,
  type Live,
  type Profile,
  type Session,
  signal,
} from "@herold/engine";
import {
  ClientEvent,
  createClient,
  HttpApiEvent,
  type IStartClientOpts,
  type MatrixClient,
  MatrixError,
  PendingEventOrdering,
  SyncState,
  UserEvent,
} from "matrix-js-sdk";

import { MatrixAccount } from "./account.ts";
import { MatrixCalls } from "./calls.ts";
import { DevicePolicy, keepKeysWhole, MatrixEncryption, SecretStorageKeys } from "./encryption/index.ts";
import { failing, failureOf } from "./failures.ts";
import { forgetList, type Kept, keepList, keptList } from "./kept-list.ts";
import { KeptUnsent } from "./kept-unsent.ts";
import { keyStoreOf, keyStoreVersion } from "./key-store.ts";
import { MatrixMedia } from "./media.ts";
import { localPart, personName } from "./names.ts";
import { MatrixNotifications } from "./notifications.ts";
import { MatrixPeople } from "./people.ts";
import { quiet } from "./quiet.ts";
import { MatrixRoom } from "./room.ts";
import { MatrixRooms } from "./room-list.ts";
import { roomName } from "./room-names.ts";
import { MatrixSearch } from "./search/index.ts";
import { leaveBackup } from "./stopping.ts";
import { forgetAccount, noteKeys, type StoredAccount, storeAccount } from "./stored-accounts.ts";
import { bearStrangeEvents } from "./strange-events.ts";
import { SUMMARIES_BY } from "./summaries.ts";
import { isPutFirst, putFirst } from "./sync-in-parts.ts";
import { forgetPart, partOf, SyncStore } from "./sync-store.ts";
import { type TabLock, takeAccount } from "./tab-lock.ts";
import { ThreadCounts } from "./thread-counts.ts";
import { ThreadLengths } from "./thread-lengths.ts";
import { Unsent } from "./unsent.ts";
import { AllUploads } from "./uploads.ts";
import { mxc } from "./values.ts";
import { MatrixVerifications, VERIFICATION_METHODS } from "./verification/index.ts";

const SYNC: IStartClientOpts = {
  threadSupport: true,
  lazyLoadMembers: true,
  initialSyncLimit: 20,
  pendingEventOrdering: PendingEventOrdering.Detached,
};

/** States of the encryption in which nobody is sure whose this device is. */
const NOT_CONFIRMED: ReadonlySet<EncryptionState["kind"]> = new Set(["checking", "new", "unconfirmed"]);
/** From here on this session says nothing else any more. */
const OVER: ReadonlySet<Connection> = new Set(["signed-out-softly", "signed-out", "elsewhere"]);

interface Parts {
  readonly counts: ThreadCounts;
  readonly keys: SecretStorageKeys;
  readonly kept: Kept | undefined;
  readonly lock: TabLock;
}

export class MatrixSession implements Session {
  readonly userId: string;
  readonly deviceId: string;
  readonly serverName: string;
  readonly account: MatrixAccount;
  readonly rooms: MatrixRooms;
  readonly people: MatrixPeople;
  readonly media: MatrixMedia;
  readonly notifications: MatrixNotifications;
  readonly search: MatrixSearch;
  readonly encryption: MatrixEncryption;
  readonly verifications: MatrixVerifications;
  readonly calls: MatrixCalls;
  readonly #client: MatrixClient;
  readonly #account: StoredAccount;
  readonly #counts: ThreadCounts;
  readonly #open = new Map<string, MatrixRoom>();
  /** How many rooms came so far: whoever asked for one that was not there yet asks again. */
  readonly #came = signal(0);
  readonly #connection = signal<Connection>("starting");
  readonly #consent = signal<string | undefined>(undefined);
  readonly #me;
  readonly #unsent: Unsent;
  readonly #uploads: AllUploads;
  readonly #policy: DevicePolicy;
  readonly #lengths: ThreadLengths;
  readonly #lock: TabLock;
  #packs: Promise<ImagePacks> | undefined;
  #erased: Promise<void> | undefined;

  readonly me: Live<Profile>;
  readonly connection: Live<Connection> = this.#connection;
  readonly consent: Live<string | undefined> = this.#consent;

  readonly opened: Promise<void>;

  private constructor(client: MatrixClient, account: StoredAccount, { keys, counts, kept, lock }: Parts) {
    this.userId = account.userId;
    this.deviceId = account.deviceId;
    this.serverName = account.userId.slice(account.userId.indexOf(":") + 1);
    this.#client = client;
    this.#account = account;
    this.#lock = lock;
    this.#counts = counts;
    this.#me = signal<Profile>(
      kept?.me ?? { userId: this.userId, name: localPart(this.userId), avatar: undefined },
    );
    this.me = this.#me;
    this.account = new MatrixAccount(client, () => this.#erase());
    this.rooms = new MatrixRooms(client, counts, kept?.rooms);
    this.people = new MatrixPeople(client, (profile) => {
      this.#me.value = profile;
    });
    this.media = new MatrixMedia(client);
    this.notifications = new MatrixNotifications(
      client,
      (roomId) => this.rooms.summary(roomId)?.peek().direct !== undefined,
    );
    this.search = new MatrixSearch(client, this.connection);
    this.#policy = new DevicePolicy(client, partOf(localStorage, this.userId));
    this.encryption = new MatrixEncryption(client, keys, this.#policy, () => void this.search.keysCame());
    this.verifications = new MatrixVerifications(client, (userId) => this.rooms.directWith(userId));
    this.#unsent = new Unsent(client);
    this.#uploads = new AllUploads(client, { media: this.media, unsent: this.#unsent });
    this.#lengths = new ThreadLengths(client);
    this.calls = new MatrixCalls(client, (roomId) => this.rooms.summary(roomId)?.peek().direct);
    this.#follow();
    this.opened = this.#openStores();
    // Whoever needs to know asks for it.
    this.opened.catch(() => undefined);
  }

  /** Takes the account from other tabs, and shows what is known of it while its stores are opened. */
  static async start(account: StoredAccount): Promise<MatrixSession> {
    let started: (session: MatrixSession) => void = () => undefined;
    const starting = new Promise<MatrixSession>((resolve) => {
      started = resolve;
    });
    const lock = await takeAccount(account.userId, async () => (await starting).giveWay());
    const kept = await keptList(account.userId, SUMMARIES_BY);
    const keys = new SecretStorageKeys();
    const counts = new ThreadCounts();
    const client = createClient({
      baseUrl: account.address,
      userId: account.userId,
      deviceId: account.deviceId,
      accessToken: account.accessToken,
      store: new SyncStore(account.userId, {
        told: counts.hear,
        save: async () => (await starting).#keepList(),
        saving: () => session.#unsent.saving(),
      }),
      cryptoCallbacks: keys.callbacks,
      verificationMethods: VERIFICATION_METHODS,
      timelineSupport: true,
      // Calls are put into it with the first of them.
      disableVoip: true,
      roomNameGenerator: (_roomId, state) => roomName(account.userId, state),
      logger: quiet,
    });
    const session: MatrixSession = new MatrixSession(client, account, { keys, counts, kept, lock });
    started(session);
    return session;
  }

  /** Opens its stores and begins to sync. */
  async #openStores(): Promise<void> {
    try {
      // The server is asked what it can do while the encryption and the store are opened, which is where a start waits.
      this.#client.getVersions().catch(() => undefined);
      // The store reads what it has only once it belongs to a client.
      await Promise.all([
        this.#client.store.startup(),
        this.#client.initRustCrypto({ cryptoDatabasePrefix: keyStoreOf(this.#account) }),
        this.#unsent.open(this.userId),
      ]);
      this.#policy.apply();
      // Without its note the service worker leaves closed what it cannot be sure of.
      this.#policy.onlyConfirmed.subscribe((only) => void this.#noteKeys(only).catch(() => undefined));
      keepKeysWhole(this.#client);
      bearStrangeEvents(this.#client);
      await this.#client.startClient(SYNC);
    } catch (error) {
      this.#halt();
      await this.search.stop();
      await this.#unsent.close();
      this.#lock.release();
      throw failureOf(error);
    }
  }

  async #noteKeys(onlyConfirmed: boolean): Promise<void> {
    const encryption = this.#client.getCrypto()?.getVersion();
    const storeVersion = await keyStoreVersion(this.#account);
    if (encryption === undefined || storeVersion === undefined) return;
    await noteKeys(this.userId, { encryption, storeVersion, onlyConfirmed });
  }

  /** What the next start shows first; without it, it shows the list a little later. */
  async #keepList(): Promise<void> {
    const rooms = this.#erased ? undefined : this.rooms.now();
    if (!rooms) return;
    await keepList(this.userId, SUMMARIES_BY, { me: this.#me.peek(), rooms }).catch(() => undefined);
  }

  imagePacks(): Promise<ImagePacks> {
    this.#packs ??= this.#loadPacks();
    // Without a network they are asked for again the next time.
    this.#packs.catch(() => {
      this.#packs = undefined;
    });
    return this.#packs;
  }

  async #loadPacks(): Promise<ImagePacks> {
    const { MatrixImagePacks } = await failing(() => import("./image-packs.ts"));
    return new MatrixImagePacks(this.#client, this.media);
  }

  room(roomId: string): MatrixRoom | undefined {
    const known = this.#open.get(roomId);
    if (known) return known;
    const room = this.#client.getRoom(roomId);
    const summary = this.rooms.summary(roomId);
    if (!room || !summary) {
      putFirst(this.#client, roomId);
      void this.#came.value;
      return undefined;
    }
    const opened = new MatrixRoom(this.#client, room, summary, {
      uploads: this.#uploads,
      counts: this.#counts,
      unsent: this.#unsent,
    });
    this.#open.set(roomId, opened);
    return opened;
  }

  async signInAgain(password: string): Promise<void> {
    const answer = await failing(
      () =>
        createClient({ baseUrl: this.#account.address }).loginRequest({
          type: "m.login.password",
          identifier: { type: "m.id.user", user: this.userId },
          password,
          device_id: this.deviceId,
        }),
      { M_FORBIDDEN: "wrong-credentials" },
    );
    // What was noted of its keys has changed since, and is noted anew.
    const now = { accessToken: answer.access_token, usedAtMs: Date.now(), keys: undefined };
    await storeAccount({ ...this.#account, ...now });
    await this.stop();
  }

  async consented(): Promise<void> {
    this.#consent.value = undefined;
    // A question that needs the agreement: if it is still missing, the server says where again.
    await this.#client.getDevices().catch(() => undefined);
    this.#client.retryImmediately();
  }

  async signOut(): Promise<void> {
    try {
      await this.#client.logout();
    } catch (error) {
      // A device the server does not know any more is signed out already.
      if (!(error instanceof MatrixError && error.httpStatus === 401)) throw failureOf(error);
    }
    await this.#erase();
  }

  async stop(): Promise<void> {
    await this.opened.catch(() => undefined);
    this.#halt();
    await this.search.stop();
    await this.#save();
    await this.#unsent.close();
    await this.#client.store.destroy();
    this.#lock.release();
  }

  /** Another tab asked for the account. */
  async giveWay(): Promise<void> {
    this.#connection.value = "elsewhere";
    await this.stop();
  }

  /** Every request that is under way says that the device is signed out: it is erased once. */
  #erase(): Promise<void> {
    this.#erased ??= this.#eraseNow();
    return this.#erased;
  }

  /** Says that it is signed out last, when nothing of it is left. */
  async #eraseNow(): Promise<void> {
    await this.opened.catch(() => undefined);
    this.#halt();
    try {
      await forgetAccount(this.userId);
      forgetPart(localStorage, this.userId);
      await this.#unsent.close();
      await KeptUnsent.erase(this.userId);
      await forgetList(this.userId);
      await this.search.erase();
      await this.#client.clearStores({ cryptoDatabasePrefix: keyStoreOf(this.#account) });
    } finally {
      this.#lock.release();
      this.#connection.value = "signed-out";
    }
  }

  /** The browser knows at once; a request that waits for news would not find out for long. The next start may be before it is back. */
  readonly #networkGone = (): void => {
    if (this.#connection.peek() === "live") this.#connection.value = "offline";
    void this.#save();
  };

  readonly #networkBack = (): void => {
    const waits = this.#connection.peek() === "offline" && this.#client.getSyncState() === SyncState.Syncing;
    if (waits) this.#connection.value = "live";
  };

  /** Who looks away may not come back to this page. */
  readonly #keep = (): void => {
    if (document.visibilityState === "hidden") void this.#save();
  };

  async #save(): Promise<void> {
    await this.#client.store.save(true).catch(() => undefined);
  }

  #halt(): void {
    for (const room of this.#open.values()) room.stop();
    this.encryption.stop();
    this.#uploads.stop();
    this.#unsent.stop();
    this.#lengths.stop();
    this.calls.stop();
    removeEventListener("offline", this.#networkGone);
    removeEventListener("online", this.#networkBack);
    document.removeEventListener("visibilitychange", this.#keep);
    leaveBackup(this.#client);
    this.#client.stopClient();
  }

  #follow(): void {
    this.#client.on(ClientEvent.Sync, (state) => {
      if (OVER.has(this.#connection.peek())) return;
      if (state === SyncState.Prepared || state === SyncState.Syncing) this.#connection.value = "live";
      else if (state === SyncState.Error || state === SyncState.Reconnecting)
        this.#connection.value = "offline";
    });
    this.#client.on(ClientEvent.Room, ({ roomId }) => {
      // Once the SDK is through with it.
      if (isPutFirst(this.#client, roomId)) setTimeout(() => this.#came.value++);
    });
    this.encryption.state.subscribe(({ kind }) => {
      if (!NOT_CONFIRMED.has(kind)) this.#unsent.confirmed();
    });
    addEventListener("offline", this.#networkGone);
    addEventListener("online", this.#networkBack);
    document.addEventListener("visibilitychange", this.#keep);
    this.#client.on(HttpApiEvent.NoConsent, (_message, page) => {
      if (/^https?:\/\//i.test(page)) this.#consent.value = page;
    });
    this.#client.on(HttpApiEvent.SessionLoggedOut, (error) => {
      if (error.data.soft_logout !== true) {
        // What could not be erased is of an account that is forgotten: there is nobody to tell.
        this.#erase().catch(() => undefined);
        return;
      }
      this.#halt();
      this.#connection.value = "signed-out-softly";
    });
    const refresh = (): void => {
      const user = this.#client.getUser(this.userId);
      this.#me.value = {
        userId: this.userId,
        name: personName(user?.displayName, this.userId),
        avatar: mxc(user?.avatarUrl),
      };
    };
    this.#client.on(UserEvent.DisplayName, (_event, user) => user.userId === this.userId && refresh());
    this.#client.on(UserEvent.AvatarUrl, (_event, user) => user.userId === this.userId && refresh());
    this.#client.once(ClientEvent.Sync, () => {
      void this.people
        .profile(this.userId)
        .then((profile) => {
          this.#me.value = profile;
        })
        // Without a profile the name of the account stands.
        .catch(() => undefined);
    });
  }
}
