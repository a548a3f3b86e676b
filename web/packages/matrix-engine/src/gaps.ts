// Gaps in a conversation. The SDK joins what is before a gap and what is after it when all between them was loaded. If
// that was nothing that is shown here (answers in threads), an empty part stays between the two, and after the next gap
// there is no place left to join: loading fails, and the conversation seems to be empty. An empty part makes room.
import { Direction, EventTimeline } from "matrix-js-sdk";

/** What the SDK keeps to itself. */
interface Linked {
  prevTimeline: EventTimeline | null;
  nextTimeline: EventTimeline | null;
}

const join = EventTimeline.prototype.setNeighbouringTimeline;

EventTimeline.prototype.setNeighbouringTimeline = function joined(neighbour, direction) {
  const between = this.getNeighbouringTimeline(direction);
  if (between?.getEvents().length === 0) {
    const [before, after] = direction === Direction.Forward ? [this, between] : [between, this];
    (before as unknown as Linked).nextTimeline = null;
    (after as unknown as Linked).prevTimeline = null;
  }
  join.call(this, neighbour, direction);
};
