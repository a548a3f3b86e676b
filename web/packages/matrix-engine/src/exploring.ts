// Rooms that one is not in, as the server tells of them.
import type { Page, RoomPreview, SpaceChild } from "@herold/engine";
import type { MatrixClient } from "matrix-js-sdk";

import { accessOf } from "./access.ts";
import { failing } from "./failures.ts";
import { shownName } from "./names.ts";
import { membershipOf } from "./summaries.ts";
import { mxc, text } from "./values.ts";

const PAGE = 30;

/** What directory, summary and hierarchy have in common. */
interface Told {
  readonly room_id: string;
  readonly name?: string;
  readonly topic?: string;
  readonly avatar_url?: string;
  readonly canonical_alias?: string;
  readonly num_joined_members: number;
  readonly join_rule?: string;
  readonly room_type?: string;
  readonly encryption?: string;
  readonly membership?: string;
}

/** `m.space.child` events of the space that was asked about. */
interface Children {
  readonly children_state?: readonly {
    readonly type: string;
    readonly state_key: string;
    readonly content: { readonly via?: unknown; readonly order?: unknown; readonly suggested?: unknown };
  }[];
}

export async function find(
  client: MatrixClient,
  { words, after }: { words: string; after?: string },
): Promise<Page<RoomPreview>> {
  const filter = words.trim();
  const answer = await failing(() =>
    client.publicRooms({
      limit: PAGE,
      ...(after ? { since: after } : {}),
      ...(filter ? { filter: { generic_search_term: filter } } : {}),
    }),
  );
  return {
    found: answer.chunk.map((room) => previewOf(client, room as Told, [])),
    next: answer.next_batch,
  };
}

export async function preview(
  client: MatrixClient,
  roomIdOrAlias: string,
  servers: readonly string[],
): Promise<RoomPreview> {
  const told = await failing(() => client.getRoomSummary(roomIdOrAlias, [...servers]), {
    // Who may not see it and who asks for what is not there are told the same.
    M_FORBIDDEN: "not-found",
    M_INVALID_PARAM: "not-found",
  });
  return previewOf(client, told as unknown as Told, servers);
}

export async function children(
  client: MatrixClient,
  spaceId: string,
  after: string | undefined,
): Promise<Page<SpaceChild>> {
  const answer = await failing(() => client.getRoomHierarchy(spaceId, PAGE, 1, false, after));
  const rooms = answer.rooms as unknown as readonly (Told & Children)[];
  const state = rooms.find((room) => room.room_id === spaceId)?.children_state ?? stateHere(client, spaceId);
  const found = rooms
    .filter((room) => room.room_id !== spaceId)
    .map((room) => {
      const content = state.find((child) => child.state_key === room.room_id)?.content;
      return {
        ...previewOf(client, room, stringsOf(content?.via)),
        order: typeof content?.order === "string" ? content.order : undefined,
        suggested: content?.suggested === true,
      };
    });
  return { found, next: answer.next_batch };
}

/** Later pages do not repeat the space itself; whoever is in it knows its children anyway. */
function stateHere(client: MatrixClient, spaceId: string): NonNullable<Children["children_state"]> {
  const events = client.getRoom(spaceId)?.currentState.getStateEvents("m.space.child") ?? [];
  return events.map((event) => ({
    type: event.getType(),
    state_key: event.getStateKey() ?? "",
    content: event.getContent(),
  }));
}

function previewOf(client: MatrixClient, told: Told, servers: readonly string[]): RoomPreview {
  const here = client.getRoom(told.room_id)?.getMyMembership() ?? told.membership;
  return {
    roomId: told.room_id,
    name: shownName(told.name),
    topic: text(told.topic),
    avatar: mxc(told.avatar_url),
    alias: told.canonical_alias || undefined,
    memberCount: told.num_joined_members,
    // What the directory does not say is open to everybody.
    access: told.join_rule === undefined ? "public" : accessOf(told.join_rule),
    space: told.room_type === "m.space",
    encrypted: told.encryption !== undefined,
    membership: here === undefined ? undefined : here === "ban" ? "banned" : membershipOf(here),
    servers,
  };
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}
