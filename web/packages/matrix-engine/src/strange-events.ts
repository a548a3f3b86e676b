// What the SDK does by itself with an event that is nothing that it could be: it fails where nobody hears it. Here it is
// heard, and nothing comes of the event.
import { Direction, type MatrixClient, MatrixError, type MatrixEvent } from "matrix-js-sdk";

/** Of a client whose encryption is there. */
export function bearStrangeEvents(client: MatrixClient): void {
  knowRoomsOnly(client);
  endThreadsWithoutRoot(client);
  passOverVerifications(client);
}

/** The store looks rooms up as the fields of an object, which has others besides: "constructor" is no room. */
function knowRoomsOnly({ store }: MatrixClient): void {
  const getRoom = store.getRoom.bind(store);
  store.getRoom = (roomId) => (String(roomId).startsWith("!") ? getRoom(roomId) : null);
}

/** Anybody may answer in a thread of which nobody has the root: there is nothing before what is here. */
function endThreadsWithoutRoot(client: MatrixClient): void {
  const paginate = client.paginateEventTimeline.bind(client);
  client.paginateEventTimeline = async (timeline, options) => {
    try {
      return await paginate(timeline, options);
    } catch (error) {
      const unknown = error instanceof MatrixError && error.errcode === "M_NOT_FOUND";
      if (!unknown || !timeline.getTimelineSet().thread) throw error;
      timeline.setPaginationToken(null, Direction.Backward);
      return false;
    }
  };
}

/** The part of the SDK that is private to it. */
export interface Verifying {
  onKeyVerificationEvent(event: MatrixEvent): Promise<void>;
}

/** The encryption reads them strictly; one that it cannot read begins nothing, and ends nothing. */
function passOverVerifications(client: MatrixClient): void {
  const crypto = client.getCrypto() as unknown as Verifying | undefined;
  if (!crypto) return;
  const handle = crypto.onKeyVerificationEvent.bind(crypto);
  crypto.onKeyVerificationEvent = (event) => handle(event).catch(() => undefined);
}
