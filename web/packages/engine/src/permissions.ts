// What can be allowed in a room, each from some power level on.

export type Permission =
  | "send"
  | "react"
  | "invite"
  | "kick"
  | "ban"
  | "redact"
  | "notify-room"
  | "pin"
  | "name"
  | "topic"
  | "avatar"
  | "access"
  | "history"
  | "addresses"
  | "children"
  | "image-packs"
  | "encrypt"
  | "permissions"
  | "upgrade";

export type Permissions = { readonly [permission in Permission]: number };
