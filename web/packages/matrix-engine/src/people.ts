// Finding people, and what the person says of themselves.
import type { People, Profile } from "@herold/engine";
import type { MatrixClient } from "matrix-js-sdk";

import { failing } from "./failures.ts";
import { localPart } from "./summaries.ts";

export class MatrixPeople implements People {
  readonly #client: MatrixClient;

  constructor(client: MatrixClient) {
    this.#client = client;
  }

  async find(words: string, limit: number): Promise<readonly Profile[]> {
    const term = words.trim();
    if (term === "") return [];
    const { results } = await failing(() => this.#client.searchUserDirectory({ term, limit }));
    const found = results.map(({ user_id: userId, display_name: name, avatar_url: avatar }) => ({
      userId,
      name: name || localPart(userId),
      avatar: avatar || undefined,
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
    return { userId, name: displayname || localPart(userId), avatar: avatar || undefined };
  }

  async rename(name: string): Promise<void> {
    await failing(() => this.#client.setDisplayName(name.trim()));
  }

  async setAvatar(image: Blob | undefined): Promise<void> {
    await failing(async () => {
      const address = image
        ? (await this.#client.uploadContent(image, { includeFilename: false, type: image.type })).content_uri
        : "";
      await this.#client.setAvatarUrl(address);
    });
  }
}
