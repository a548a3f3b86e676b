// A new room or space: who may enter, where it stands, whether its messages are encrypted.
import { type Access, computed, type FailureReason, type Live, type Session, signal } from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { addressPart } from "../rooms/address.ts";

export interface NewRoomForm {
  readonly name: string;
  readonly topic: string;
  readonly avatar: Blob | undefined;
  readonly access: Access;
  /** Local part of the address. */
  readonly alias: string;
  readonly listed: boolean;
  readonly encrypted: boolean;
  readonly parent: string | undefined;
}

export class NewRoomModel {
  readonly #session: Session;
  readonly #attempt = new Attempt();
  readonly #form;
  /** Until the person says so themselves, what is open to all is not encrypted, and everything else is. */
  #encryptionChosen = false;

  readonly space: boolean;
  readonly form: Live<NewRoomForm>;
  /** What may be chosen: members of a space can be let in only where there is one. */
  readonly accesses: Live<readonly Access[]>;
  /** Spaces that the person may put a room into. */
  readonly parents: Live<readonly { readonly roomId: string; readonly name: string }[]>;
  readonly ready: Live<boolean>;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(session: Session, options: { readonly space: boolean; readonly parent?: string | undefined }) {
    this.#session = session;
    this.space = options.space;
    this.#form = signal<NewRoomForm>({
      name: "",
      topic: "",
      avatar: undefined,
      access: options.parent ? "restricted" : "invite",
      alias: "",
      listed: false,
      encrypted: !options.space,
      parent: options.parent,
    });
    this.form = this.#form;
    this.accesses = computed(() =>
      this.#form.value.parent ? ["restricted", "invite", "knock", "public"] : ["invite", "knock", "public"],
    );
    this.parents = computed(() =>
      session.rooms.all.value
        .filter((room) => room.space && room.membership === "joined")
        .filter(({ roomId }) => session.room(roomId)?.details.value.rights.setChildren)
        .map(({ roomId, name }) => ({ roomId, name })),
    );
    this.ready = computed(() => this.#form.value.name.trim() !== "");
  }

  /** What is changed; the rest of the form follows where it has to. */
  change(change: Partial<NewRoomForm>): void {
    if (change.encrypted !== undefined) this.#encryptionChosen = true;
    const form = { ...this.#form.peek(), ...change };
    const alias = addressPart(form.alias);
    const access = accessWith(form, change.parent);
    const encrypted = this.#encryptionChosen ? form.encrypted : !this.space && access !== "public";
    // Nobody can do anything with a room that only invited people may enter.
    const listed = form.listed && access !== "invite";
    this.#form.value = { ...form, alias, access, encrypted, listed };
  }

  /** The room that was made; nothing when it did not work. */
  async create(): Promise<string | undefined> {
    const { name, topic, avatar, access, alias, listed, encrypted, parent } = this.#form.peek();
    let roomId: string | undefined;
    await this.#attempt.make(async () => {
      roomId = await this.#session.rooms.create({
        name: name.trim(),
        access,
        listed,
        encrypted,
        invite: [],
        space: this.space,
        ...(topic.trim() ? { topic: topic.trim() } : {}),
        ...(avatar ? { avatar } : {}),
        ...(access === "public" && alias ? { alias } : {}),
        ...(parent ? { parent, spaces: [parent] } : {}),
      });
    });
    return roomId;
  }
}

/** Whoever puts a room into a space means it for the members of that space, unless they say otherwise. */
function accessWith({ parent, access }: NewRoomForm, chosen: string | undefined): Access {
  if (chosen && access === "invite") return "restricted";
  return !parent && access === "restricted" ? "invite" : access;
}
