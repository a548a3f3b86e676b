// Rooms and sessions for tests of view models: what is not said of them must not be asked.
import {
  type Draft,
  type Files,
  type Member,
  type NewSticker,
  type Rights,
  type Room,
  type Session,
  signal,
} from "@herold/engine";

export const ALL_RIGHTS: Rights = {
  send: true,
  sendStickers: true,
  react: true,
  redactOthers: true,
  invite: true,
  kick: true,
  ban: true,
  pin: true,
  rename: true,
  setTopic: true,
  setAvatar: true,
  setAccess: true,
  setHistory: true,
  setPowerLevels: true,
  encrypt: true,
  notifyRoom: true,
  setAddresses: true,
  setChildren: true,
  setImagePacks: true,
  upgrade: true,
};

export function member(userId: string, name: string): Member {
  return {
    userId,
    name,
    avatar: undefined,
    membership: "joined",
    powerLevel: 0,
    nameIsShared: false,
    reason: undefined,
  };
}

export interface Sent {
  readonly drafts: Draft[];
  readonly files: Files[];
  readonly stickers: NewSticker[];
  /** Everything else that was done, as words. */
  readonly done: string[];
}

export function fakeRoom(options: { rights?: Partial<Rights>; members?: readonly Member[] } = {}): {
  readonly room: Room;
  readonly sent: Sent;
} {
  const sent: Sent = { drafts: [], files: [], stickers: [], done: [] };
  const did =
    (what: string) =>
    async (...of: unknown[]): Promise<void> => {
      sent.done.push(
        [what, ...of.map((one) => (typeof one === "object" ? JSON.stringify(one) : one))].join(" "),
      );
    };
  const room: Partial<Room> = {
    roomId: "!room:example.org",
    members: signal(options.members ?? []),
    details: signal({ rights: { ...ALL_RIGHTS, ...options.rights } }) as unknown as Room["details"],
    send: async (draft) => void sent.drafts.push(draft),
    sendFiles: async (files) => void sent.files.push(files),
    sendSticker: async (sticker) => void sent.stickers.push(sticker),
    setTyping: (typing) => void sent.done.push(`typing ${typing}`),
    change: did("change"),
    invite: did("invite"),
    kick: did("kick"),
    ban: did("ban"),
    unban: did("unban"),
    leave: did("leave"),
  };
  return { room: room as Room, sent };
}

export function fakeSession(options: Partial<{ [key in keyof Session]: unknown }> = {}): Session {
  const session = {
    userId: "@me:example.org",
    rooms: { all: signal([]), complete: signal(true) },
    people: { find: async () => [] },
    media: { uploadLimit: async () => undefined },
    ...options,
  };
  return session as unknown as Session;
}
