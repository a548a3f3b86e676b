// How one stands to a room, and who may enter it.

export type Membership = "joined" | "invited" | "knocking" | "left";

export type Access = "invite" | "knock" | "restricted" | "knock-restricted" | "public";
