// Everybody of a room: those who wait first, then those who are in, searched while typing.
import {
  computed,
  type FailureReason,
  folded,
  type Live,
  type Member,
  type Room,
  type Session,
  signal,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { PeoplePickerModel } from "../starting/people-picker.model.ts";

export type MemberGroup = "knocking" | "joined" | "invited" | "banned";

export type MemberRow =
  | { readonly kind: "heading"; readonly group: MemberGroup; readonly count: number }
  | { readonly kind: "member"; readonly member: Member };

const GROUPS: readonly MemberGroup[] = ["knocking", "joined", "invited", "banned"];

export class MembersModel {
  readonly #session: Session;
  readonly #words = signal("");
  readonly #inviting = signal<PeoplePickerModel | undefined>(undefined);
  readonly #attempt = new Attempt();

  readonly room: Room;
  readonly words: Live<string> = this.#words;
  readonly rows: Live<readonly MemberRow[]>;
  /** Whom the search has found. */
  readonly count: Live<number>;
  /** Those who are chosen to be invited, while that is being done. */
  readonly inviting: Live<PeoplePickerModel | undefined> = this.#inviting;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(session: Session, room: Room) {
    this.#session = session;
    this.room = room;
    this.rows = computed(() => rowsOf(room.members.value, this.#words.value));
    this.count = computed(() => this.rows.value.filter(({ kind }) => kind === "member").length);
  }

  search(words: string): void {
    this.#words.value = words;
  }

  startInviting(): void {
    const { members } = this.room;
    const inside = computed(
      () =>
        new Set(
          members.value
            .filter(({ membership }) => membership === "joined" || membership === "invited")
            .map(({ userId }) => userId),
        ),
    );
    this.#inviting.value = new PeoplePickerModel(this.#session.people, inside);
  }

  stopInviting(): void {
    this.#inviting.value = undefined;
    this.#attempt.forget();
  }

  /** Whoever was invited is not asked again when it goes on after a failure. */
  async invite(reason: string): Promise<void> {
    const picker = this.#inviting.peek();
    if (!picker) return;
    const done = await this.#attempt.make(async () => {
      for (const { userId } of picker.chosen.peek()) {
        await this.room.invite(userId, reason.trim() || undefined);
        picker.remove(userId);
      }
    });
    if (done) this.stopInviting();
  }
}

/** As they stand in the room: the most powerful first, then by name. */
export function rowsOf(members: readonly Member[], words: string): MemberRow[] {
  const sought = folded(words.trim());
  const fits = ({ name, userId }: Member): boolean =>
    sought === "" || folded(name).includes(sought) || userId.toLowerCase().includes(sought);
  const grouped = new Map<MemberGroup, Member[]>(GROUPS.map((group) => [group, []]));
  for (const member of members)
    if (member.membership !== "left" && fits(member)) grouped.get(member.membership)?.push(member);
  return [...grouped]
    .filter(([, inside]) => inside.length > 0)
    .flatMap(([group, inside]) => [
      { kind: "heading" as const, group, count: inside.length },
      ...inside.map((member) => ({ kind: "member" as const, member })),
    ]);
}
