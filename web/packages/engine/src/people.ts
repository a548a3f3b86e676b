// Who is who.

export interface Profile {
  readonly userId: string;
  readonly name: string;
  /** mxc: address. */
  readonly avatar: string | undefined;
}

export interface People {
  /** Finds people of the directory by name or id; the best first. */
  find(words: string, limit: number): Promise<readonly Profile[]>;
  profile(userId: string): Promise<Profile>;
  rename(name: string): Promise<void>;
  setAvatar(image: Blob | undefined): Promise<void>;
}
