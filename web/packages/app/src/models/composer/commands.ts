// What one may write after a slash, for those who like their keyboard. Everything here is in the menus as well.
import type { Rights, Room, Session } from "@herold/engine";

export const COMMANDS = [
  { name: "me", takes: "words" },
  { name: "plain", takes: "words" },
  { name: "spoiler", takes: "words" },
  { name: "shrug", takes: "anything" },
  { name: "topic", takes: "words", needs: "setTopic" },
  { name: "nick", takes: "words" },
  { name: "invite", takes: "person", needs: "invite" },
  { name: "kick", takes: "person", needs: "kick" },
  { name: "ban", takes: "person", needs: "ban" },
  { name: "unban", takes: "person", needs: "ban" },
  { name: "join", takes: "room" },
  { name: "leave", takes: "nothing" },
] as const satisfies readonly {
  name: string;
  takes: "words" | "anything" | "person" | "room" | "nothing";
  needs?: keyof Rights;
}[];

export type Command = (typeof COMMANDS)[number];
export type CommandName = Command["name"];

export function mayUse(command: Command, rights: Rights): boolean {
  return !("needs" in command) || rights[command.needs];
}

/** `/name the rest`; two slashes begin a message that begins with one. */
export function commandIn(text: string): { readonly name: string; readonly rest: string } | undefined {
  const found = /^\/([A-Za-z]+)(?:\s+([\s\S]*))?$/.exec(text.trimEnd());
  return found?.[1] ? { name: found[1].toLowerCase(), rest: (found[2] ?? "").trim() } : undefined;
}

/** What a command makes of the message, or nothing where it is about something else. */
export type Said = { readonly text: string; readonly emote?: true; readonly plain?: true };

export function said(name: CommandName, rest: string): Said | undefined {
  switch (name) {
    case "me":
      return { text: rest, emote: true };
    case "plain":
      return { text: rest, plain: true };
    case "spoiler":
      return { text: `||${rest}||` };
    case "shrug":
      // The sign is full of what Markdown would take for itself.
      return { text: `${rest} ¯\\_(ツ)_/¯`.trim(), plain: true };
    default:
      return undefined;
  }
}

export interface Acting {
  readonly room: Room;
  readonly session: Session;
  /** Who is meant: an id, or somebody who was chosen from the list. */
  readonly person: string | undefined;
  /** The reason, or the rest. */
  readonly words: string;
  went(roomId: string | undefined): void;
}

export async function act(
  name: Exclude<CommandName, "me" | "plain" | "spoiler" | "shrug">,
  { room, session, person = "", words, went }: Acting,
): Promise<void> {
  const reason = words === "" ? undefined : words;
  switch (name) {
    case "topic":
      return room.change({ topic: words });
    case "nick":
      return session.people.rename(words);
    case "invite":
      return room.invite(person, reason);
    case "kick":
      return room.kick(person, reason);
    case "ban":
      return room.ban(person, reason);
    case "unban":
      return room.unban(person);
    case "join":
      went(await session.rooms.join(words));
      return;
    case "leave":
      await room.leave();
      went(undefined);
  }
}
