// What the person is told about while they do something else, and what they want to be told about.
import type { Live } from "./live.ts";
import type { Profile } from "./people.ts";
import type { PushTarget } from "./push.ts";
import type { Content } from "./timeline.ts";

export interface Notifications {
  /** Tells each message that wants to be told about, once, as it comes; answers with what ends it. */
  follow(tell: (news: News) => void): () => void;
  /** The same on all devices of the account. */
  readonly rules: Live<NotificationRules>;
  setRules(changed: Partial<NotificationRules>): Promise<void>;
  /** Has the server push to this browser; saying it again changes nothing. */
  pushTo(target: PushTarget): Promise<void>;
  /** Has the server stop it. */
  stopPush(p256dh: string): Promise<void>;
}

export interface News {
  readonly roomId: string;
  readonly roomName: string;
  readonly direct: boolean;
  /** Nothing for an invitation. */
  readonly eventId: string | undefined;
  readonly sender: Profile;
  readonly what: Content | { readonly kind: "invitation" };
  /** Whether it asks for a sound. */
  readonly loud: boolean;
}

export interface NotificationRules {
  /** Whether anything is told about at all. */
  readonly enabled: boolean;
  /** Every message of a conversation between two. */
  readonly direct: boolean;
  /** Every message of a room. */
  readonly groups: boolean;
  /** Messages that mention the person. */
  readonly mentions: boolean;
  /** Messages that mention everybody in the room. */
  readonly everybody: boolean;
  readonly invitations: boolean;
  /** Messages with one of these words. */
  readonly keywords: readonly string[];
}
