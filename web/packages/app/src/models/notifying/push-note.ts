// What the app notes for the service worker.

/** What the service worker has to know of an account, since it knows nothing else of the app. */
export interface PushNote {
  readonly userId: string;
  readonly shows: "all" | "sender" | "nothing";
  readonly silent: boolean;
  readonly quietHours: { readonly from: number; readonly to: number } | undefined;
  readonly words: {
    readonly appName: string;
    readonly newMessage: string;
    /** With `{name}` and `{text}` in it. */
    readonly saidBy: string;
    readonly kinds: Readonly<Record<string, string>>;
  };
}
