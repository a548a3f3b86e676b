// The stages of a registration: which ways there are, and what is answered next. A stage that needs somebody's word
// is never answered without having asked for it.
import type { Homeserver, Registration } from "@herold/engine";

/** What a server says when it wants to know more (User-Interactive Authentication). */
export interface Asked {
  readonly flows?: readonly { readonly stages: readonly string[] }[];
  readonly completed?: readonly string[];
  readonly session?: string;
}

const TOKEN = "m.login.registration_token";
const KNOWN: readonly string[] = ["m.login.dummy", TOKEN];

/** The ways that this app can go to their end. */
function ways({ flows = [] }: Asked): readonly (readonly string[])[] {
  return flows.map(({ stages }) => stages).filter((stages) => stages.every((stage) => KNOWN.includes(stage)));
}

export function registrationOf(asked: Asked): Homeserver["registration"] {
  const found = ways(asked);
  if (found.length === 0) return "closed";
  return found.every((stages) => stages.includes(TOKEN)) ? "token" : "open";
}

/** The next stage and its answer; nothing where there is no way with what was typed. */
export function nextStage(
  asked: Asked,
  { token }: Pick<Registration, "token">,
): Record<string, string> | undefined {
  const { completed = [], session = "" } = asked;
  const way = ways(asked).find((stages) => token || !stages.includes(TOKEN));
  const type = way?.find((stage) => !completed.includes(stage));
  if (!type) return undefined;
  return type === TOKEN && token ? { type, session, token: token.trim() } : { type, session };
}
