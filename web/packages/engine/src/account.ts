// The person's own account: what they decided for all their devices, and what becomes of it.
import type { Live } from "./live.ts";

export interface Account {
  readonly preferences: Live<AccountPreferences>;
  /** Takes effect at once; where it cannot be kept it is taken back, and this fails. */
  setPreferences(changed: Partial<AccountPreferences>): Promise<void>;
  /** What the server lets people do. */
  abilities(): Promise<AccountAbilities>;
  /** Fails with `wrong-password` when the old one is not right, with `password-weak` when the new one will not do. */
  changePassword(change: PasswordChange): Promise<void>;
  /** Closes the account for ever, and removes what is here of it. Fails with `wrong-password`. */
  deactivate(options: { readonly password: string; readonly erase: boolean }): Promise<void>;
}

/** The same on all devices of the person. */
export interface AccountPreferences {
  /** Whether others see what was read. */
  readonly receipts: boolean;
  /** Whether others see that one is writing. */
  readonly typing: boolean;
  /** Whether others see that one is there. */
  readonly online: boolean;
  /** Whether the directory of people names one. */
  readonly findable: boolean;
  /** Whether invitations come at all. */
  readonly invitations: boolean;
  /** When nothing may ring or pop up, every day. */
  readonly quietHours: QuietHours | undefined;
}

/** Minutes since midnight, where the person is; over midnight when it ends before it begins. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

export interface AccountAbilities {
  readonly rename: boolean;
  readonly setAvatar: boolean;
  readonly changePassword: boolean;
  /** Whether the server keeps invitations away when it is told to. */
  readonly refuseInvitations: boolean;
}

export interface PasswordChange {
  readonly current: string;
  readonly next: string;
  readonly signOutOthers: boolean;
}
