// What is being begun: a conversation, a room or a space, in a dialog over everything else.
import { type Live, type Session, signal } from "@herold/engine";

import { NewConversationModel } from "./new-conversation.model.ts";
import { NewRoomModel } from "./new-room.model.ts";

export type Start =
  | { readonly kind: "none" }
  | { readonly kind: "conversation"; readonly model: NewConversationModel }
  | { readonly kind: "room"; readonly model: NewRoomModel };

const known = new WeakMap<Session, StartingModel>();

/** The one of a session. */
export function startingOf(session: Session): StartingModel {
  let starting = known.get(session);
  if (!starting) {
    starting = new StartingModel(session);
    known.set(session, starting);
  }
  return starting;
}

export class StartingModel {
  readonly #session: Session;
  readonly #start = signal<Start>({ kind: "none" });

  readonly start: Live<Start> = this.#start;

  constructor(session: Session) {
    this.#session = session;
  }

  conversation(): void {
    this.#start.value = { kind: "conversation", model: new NewConversationModel(this.#session) };
  }

  room(options: { readonly space: boolean; readonly parent?: string | undefined }): void {
    this.#start.value = { kind: "room", model: new NewRoomModel(this.#session, options) };
  }

  close(): void {
    this.#start.value = { kind: "none" };
  }
}
