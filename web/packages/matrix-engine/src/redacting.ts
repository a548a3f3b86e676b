// Removing what was said, with all that it was changed into: an edit is an event of its own, which nobody shows any more
// once its message is gone, and which everybody could still read. What removes an edit says so: else each would stand in
// the conversation as a removed message.
import { Failure } from "@herold/engine";
import { EventStatus, type MatrixClient, type MatrixEvent, type Room } from "matrix-js-sdk";

import { EDIT_OF } from "./content.ts";
import { failureOf } from "./failures.ts";
import { eventOf } from "./messages.ts";
import { isWaiting, type Unsent } from "./unsent.ts";

const REPLACES = "m.replace";
const PAGE = 100;
/** Pages of edits that are looked through. */
const PAGES_MAX = 100;

interface Reason {
  readonly reason?: string;
}

interface Redaction extends Reason {
  readonly redacts: string;
  readonly [EDIT_OF]?: string;
}

export interface Removing {
  readonly client: MatrixClient;
  readonly room: Room;
  readonly unsent: Unsent;
}

export async function redact(removing: Removing, eventId: string, reason?: string): Promise<void> {
  const waits = await redactOrWait(removing, { ...because(reason), redacts: eventId });
  if (waits) throw waits;
}

const because = (reason: string | undefined): Reason => (reason ? { reason } : {});

/** Fails with `versions-left` where the message is removed, or waits for it, and edits of it may not be. */
export async function redactWithEdits(removing: Removing, eventId: string, reason?: string): Promise<void> {
  const original = await eventOf(removing.client, removing.room, eventId);
  giveUpEdits(removing, eventId);
  const { edits, all } = await editsOf(removing, original);
  const waits = await redactOrWait(removing, { ...because(reason), redacts: eventId });
  let left = !all;
  for (const edit of edits) {
    try {
      await redactOrWait(removing, { ...because(reason), redacts: edit, [EDIT_OF]: eventId });
    } catch {
      left = true;
    }
  }
  if (left) throw new Failure("versions-left");
  if (waits) throw waits;
}

/** What waits for a connection goes out by itself: answers with why it waits, and fails where it never will. */
async function redactOrWait(
  { client, room, unsent }: Removing,
  redaction: Redaction,
): Promise<Failure | undefined> {
  const txnId = client.makeTxnId();
  const type = "m.room.redaction";
  const { redacts, ...content } = redaction;
  // The SDK shows at once that a message is gone, and of its removal sends the reason alone; edits are shown by nobody.
  const saying = redaction[EDIT_OF] ? { type, content: redaction, txnId } : { type, content, redacts, txnId };
  try {
    await unsent.send(room.roomId, saying);
    return undefined;
  } catch (error) {
    const pending = room.getPendingEvents().find((event) => event.getTxnId() === txnId);
    if (pending && isWaiting(pending))
      return pending.error ? failureOf(pending.error) : new Failure("unreachable");
    // Nobody sees it wait, and what comes after it would wait with it.
    if (pending?.status === EventStatus.NOT_SENT) client.cancelPendingEvent(pending);
    throw failureOf(error);
  }
}

/** An edit that has not left yet would come after its message is gone. */
function giveUpEdits({ client, room }: Removing, eventId: string): void {
  for (const event of [...room.getPendingEvents()]) {
    const edits = event.isRelation(REPLACES) && event.relationEventId === eventId;
    if (edits && event.status === EventStatus.NOT_SENT) client.cancelPendingEvent(event);
  }
}

interface Edits {
  readonly edits: readonly string[];
  /** Whether the server told all there are. */
  readonly all: boolean;
}

/** The author's edits that are not removed yet: those of others change nothing, and are their own messages. */
async function editsOf({ client, room }: Removing, original: MatrixEvent): Promise<Edits> {
  const eventId = original.getId() ?? "";
  const author = original.getSender();
  const here = room.relations.getChildEventsForEvent(eventId, REPLACES, original.getType())?.getRelations();
  const known = (here ?? []).filter(
    (edit) => edit.getSender() === author && !edit.isRedacted() && !edit.status,
  );
  const edits = new Set(known.map((edit) => edit.getId() ?? ""));
  let from: string | undefined;
  try {
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const options = { limit: PAGE, ...(from ? { from } : {}) };
      const told = await client.fetchRelations(room.roomId, eventId, REPLACES, null, options);
      for (const { event_id: edit, sender, unsigned } of told.chunk)
        if (sender === author && !unsigned?.redacted_because) edits.add(edit);
      from = told.next_batch;
      if (!from) return { edits: [...edits], all: true };
    }
  } catch {
    // Those that are known are removed all the same.
  }
  return { edits: [...edits], all: false };
}
