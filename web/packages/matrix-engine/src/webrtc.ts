// The SDK's calls over WebRTC. Loaded with the first call: nothing that every session loads may import it, and the client
// is built without what is put into it here.
import type { Profile } from "@herold/engine";
import type { MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { CallEvent, createNewMatrixCall, type MatrixCall } from "matrix-js-sdk/lib/webrtc/call.js";
import { CallEventHandler, CallEventHandlerEvent } from "matrix-js-sdk/lib/webrtc/callEventHandler.js";
import { MediaHandler } from "matrix-js-sdk/lib/webrtc/mediaHandler.js";

import { endOnlyWhenBroken, ringLonger, speakPatiently } from "./call-signals.ts";
import { MatrixCallView } from "./call-view.ts";

export type { MatrixCallView } from "./call-view.ts";

/** What a call needs of the client, put there when there is one. */
export class Calling {
  readonly #client: MatrixClient;
  readonly #handler: CallEventHandler;

  constructor(client: MatrixClient, ring: (call: MatrixCall) => void) {
    this.#client = client;
    this.#handler = new CallEventHandler(client);
    Object.assign(client, {
      callEventHandler: this.#handler,
      mediaHandler: new MediaHandler(client),
      disableVoip: false,
      canSupportVoip: true,
    });
    client.on(CallEventHandlerEvent.Incoming, ring);
  }

  /** A call to somebody. When they call at the same time, `answered` is told of their call, if it is the one that is used. */
  create(
    roomId: string,
    to: string | undefined,
    answered: (theirs: MatrixCall) => void,
  ): MatrixCall | undefined {
    const call = createNewMatrixCall(this.#client, roomId, to === undefined ? {} : { invitee: to });
    if (!call) return undefined;
    this.#steady(call);
    call.on(CallEvent.Replaced, answered);
    return call;
  }

  /** What was said of calls, in its order. */
  async heard(events: MatrixEvent[]): Promise<void> {
    const handler = this.#handler as unknown as { evaluateEventBuffer(events: MatrixEvent[]): Promise<void> };
    await handler.evaluateEventBuffer(events);
  }

  begun(call: MatrixCall, to: Profile, video: boolean): MatrixCallView {
    return new MatrixCallView(call, false, video, to);
  }

  came(call: MatrixCall, from: Profile): MatrixCallView {
    this.#steady(call);
    return MatrixCallView.incoming(call, from);
  }

  /** Until somebody comes, and through networks that break and come back. */
  #steady(call: MatrixCall): void {
    speakPatiently(this.#client, call);
    ringLonger(call);
    endOnlyWhenBroken(call);
  }
}
