// Finding people, and what the person says of themselves.
import { type Live, type People, type Presence, type Profile, signal } from "@herold/engine";
import { ClientEvent, ClientPrefix, type MatrixClient, Method } from "matrix-js-sdk";

import { equal } from "./equal.ts";
import { failing } from "./failures.ts";
import { localPart, personName } from "./names.ts";
import { Presences } from "./presence.ts";
import { mxc } from "./values.ts";

export class MatrixPeople implements People {
  readonly #client: MatrixClient;
  readonly #changed: (profile: Profile) => void;
  readonly #presences: Presences;
  readonly #ignored;

  readonly ignored: Live<readonly string[]>;

  /** `changed` is told how the person calls themselves now: the server says it only to those who share a room. */
  constructor(client: MatrixClient, changed: (profile: Profile) => void) {
    this.#client = client;
    this.#changed = changed;
    this.#presences = new Presences(client);
    this.#ignored = signal<readonly string[]>([], { watched: () => this.#lookAtIgnored() });
    this.ignored = this.#ignored;
    client.on(ClientEvent.AccountData, (event) => {
      if (event.getType() === "m.ignored_user_list") this.#lookAtIgnored();
    });
  }

  async find(words: string, limit: number): Promise<readonly Profile[]> {
    const term = words.trim();
    if (term === "") return [];
    const { results } = await failing(() => this.#client.searchUserDirectory({ term, limit }));
    const found = results.map(({ user_id: userId, display_name: name, avatar_url: avatar }) => ({
      userId,
      name: personName(name, userId),
      avatar: mxc(avatar),
    }));
    // Whoever knows the whole id needs no directory.
    const whole = /^@[^:\s]+:\S+$/.test(term) && !found.some((profile) => profile.userId === term);
    return whole
      ? [
          ...found,
          await this.profile(term).catch(() => ({ userId: term, name: localPart(term), avatar: undefined })),
        ]
      : found;
  }

  async profile(userId: string): Promise<Profile> {
    const { displayname, avatar_url: avatar } = await failing(() => this.#client.getProfileInfo(userId));
    return { userId, name: personName(displayname, userId), avatar: mxc(avatar) };
  }

  async rename(name: string): Promise<void> {
    await failing(() => this.#client.setDisplayName(name.trim()));
    await this.#look();
  }

  async setAvatar(image: Blob | undefined): Promise<void> {
    await failing(async () => {
      const address = image
        ? (await this.#client.uploadContent(image, { includeFilename: false, type: image.type })).content_uri
        : "";
      await this.#client.setAvatarUrl(address);
    });
    await this.#look();
  }

  async setIgnored(userId: string, ignored: boolean): Promise<void> {
    const others = this.#client.getIgnoredUsers().filter((other) => other !== userId);
    await failing(() => this.#client.setIgnoredUsers(ignored ? [...others, userId] : others));
  }

  async report(userId: string, reason: string): Promise<void> {
    const path = `/users/${encodeURIComponent(userId)}/report`;
    await failing(() => this.#client.http.authedRequest(Method.Post, path, undefined, { reason }));
  }

  async sharedRooms(userId: string): Promise<readonly string[]> {
    const rooms: string[] = [];
    let from: string | undefined;
    do {
      const query = { user_id: userId, ...(from ? { from } : {}) };
      const answer = await failing(() =>
        this.#client.http.authedRequest<{ joined: string[]; next_batch?: string }>(
          Method.Get,
          "/mutual_rooms",
          query,
          undefined,
          { prefix: ClientPrefix.V1 },
        ),
      );
      rooms.push(...answer.joined);
      from = answer.next_batch;
    } while (from);
    return rooms;
  }

  presence(userId: string): Live<Presence> {
    return this.#presences.of(userId);
  }

  async timeZone(userId: string): Promise<string | undefined> {
    const profile: Record<string, unknown> = await failing(() => this.#client.getProfileInfo(userId));
    // The second name was used before the specification had the first.
    const zone = profile["m.tz"] ?? profile["us.cloke.msc4175.tz"];
    return typeof zone === "string" ? zone : undefined;
  }

  async #look(): Promise<void> {
    this.#changed(await this.profile(this.#client.getSafeUserId()));
  }

  async setTimeZone(zone: string | undefined): Promise<void> {
    await failing(() =>
      zone === undefined
        ? this.#client.deleteExtendedProfileProperty("m.tz")
        : this.#client.setExtendedProfileProperty("m.tz", zone),
    );
  }

  #lookAtIgnored(): void {
    const ignored = this.#client.getIgnoredUsers();
    if (!equal(ignored, this.#ignored.peek())) this.#ignored.value = ignored;
  }
}
