// A new room, as the request that makes it: pure.
import type { NewRoom } from "@herold/engine";
import { type ICreateRoomOpts, type ICreateRoomStateEvent, Preset, Visibility } from "matrix-js-sdk";

import { joinRules } from "./access.ts";

/** In a space nobody talks: its messages would be seen nowhere. */
const SPACE_POWER = { events_default: 100, invite: 50 };

export const ENCRYPTION = { algorithm: "m.megolm.v1.aes-sha2" };

interface Around {
  /** Servers that know the way to the parent. */
  readonly via: readonly string[];
  /** mxc: address of its picture. */
  readonly avatar: string | undefined;
}

export function creation(wanted: NewRoom, { via, avatar }: Around): ICreateRoomOpts {
  const { access, parent } = wanted;
  const state: ICreateRoomStateEvent[] = [];
  const add = (type: string, content: object, key = ""): unknown =>
    state.push({ type, state_key: key, content: content as never });
  if (wanted.encrypted) add("m.room.encryption", ENCRYPTION);
  if (access !== "public" && access !== "invite")
    add("m.room.join_rules", joinRules(access, wanted.spaces ?? []));
  if (avatar) add("m.room.avatar", { url: avatar });
  if (parent) add("m.space.parent", { via: [...via], canonical: true }, parent);
  return {
    preset: access === "public" ? Preset.PublicChat : Preset.PrivateChat,
    visibility: wanted.listed ? Visibility.Public : Visibility.Private,
    invite: [...wanted.invite],
    initial_state: state,
    ...(wanted.name ? { name: wanted.name } : {}),
    ...(wanted.topic ? { topic: wanted.topic } : {}),
    ...(wanted.alias ? { room_alias_name: wanted.alias } : {}),
    ...(wanted.space
      ? { creation_content: { type: "m.space" }, power_level_content_override: SPACE_POWER }
      : {}),
  };
}
