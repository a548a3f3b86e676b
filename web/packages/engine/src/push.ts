// Messages that reach this browser while no page of the app is open (Web Push).

/** Where pushes are to be sent: the subscription that the browser made, and the server's gateway for such. */
export interface PushTarget {
  readonly gateway: string;
  readonly endpoint: string;
  /** Base64url without padding. */
  readonly p256dh: string;
  /** Base64url without padding. */
  readonly auth: string;
  readonly appName: string;
  readonly deviceName: string;
  readonly language: string;
}
