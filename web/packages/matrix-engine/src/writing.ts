// What people write, as it is sent. The parser is a chunk of its own: whoever only reads needs none of it.
import { aliasLink } from "./links.ts";
import type { Wording, Written } from "./markdown.ts";

const parser = () => import("./markdown.ts");

/** Asks for the parser before it is needed: there may be no network when something is sent. */
export function prepareWriting(): void {
  parser().catch(() => undefined);
}

/** Words are never lost for want of the parser: they are sent as they were typed then. */
export async function written(
  draft: Wording,
  roomLink: (roomId: string) => string = aliasLink,
): Promise<Written> {
  const loaded = await parser().catch(() => undefined);
  return loaded?.written(draft, roomLink) ?? { body: draft.text.trim(), html: undefined };
}
