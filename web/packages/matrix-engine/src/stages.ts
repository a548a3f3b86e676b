// The stages of a registration: which ways there are, and what is answered next. A stage that needs somebody's word
// is never answered without having asked for it.
import type { Homeserver, Registration, TermsDocument } from "@herold/engine";

/** What a server says when it wants to know more (User-Interactive Authentication). */
export interface Asked {
  readonly flows?: readonly { readonly stages: readonly string[] }[];
  readonly completed?: readonly string[];
  readonly session?: string;
  readonly params?: { readonly [stage: string]: unknown };
}

const TOKEN = "m.login.registration_token";
const TERMS = "m.login.terms";
const KNOWN: readonly string[] = ["m.login.dummy", TOKEN, TERMS];

/** The ways that this app can go to their end. */
function ways({ flows = [] }: Asked): readonly (readonly string[])[] {
  return flows.map(({ stages }) => stages).filter((stages) => stages.every((stage) => KNOWN.includes(stage)));
}

export function registrationOf(asked: Asked): Homeserver["registration"] {
  const found = ways(asked);
  if (found.length === 0) return "closed";
  return found.every((stages) => stages.includes(TOKEN)) ? "token" : "open";
}

/** The documents that every way asks to agree to. */
export function termsOf(asked: Asked): readonly TermsDocument[] {
  if (!ways(asked).some((stages) => stages.includes(TERMS))) return [];
  const { policies } = (asked.params?.[TERMS] ?? {}) as {
    policies?: Record<string, Record<string, unknown>>;
  };
  return Object.entries(policies ?? {}).map(([id, { version, ...languages }]) => ({
    id,
    version: String(version ?? ""),
    languages: Object.fromEntries(Object.entries(languages).flatMap(translation)),
  }));
}

/** Nothing of it may lead anywhere but to a page. */
function translation([language, value]: [string, unknown]): [string, { name: string; url: string }][] {
  const { name, url } = (value ?? {}) as Record<string, unknown>;
  const page = typeof url === "string" && /^https?:\/\//i.test(url);
  return typeof name === "string" && page ? [[language.replace("_", "-"), { name, url }]] : [];
}

export type Next =
  | { readonly answer: Record<string, string> }
  /** Documents are to be agreed to that the person was not shown. */
  | "terms-changed"
  /** There is no way with what was typed. */
  | "no-way";

/** The next stage and its answer. */
export function nextStage(
  asked: Asked,
  { token, agreed = [] }: Pick<Registration, "token" | "agreed">,
): Next {
  const { completed = [], session = "" } = asked;
  const way = ways(asked).find((stages) => token || !stages.includes(TOKEN));
  const type = way?.find((stage) => !completed.includes(stage));
  if (!type) return "no-way";
  if (type === TERMS && !termsOf(asked).every((document) => agreed.some(same(document))))
    return "terms-changed";
  return { answer: type === TOKEN && token ? { type, session, token: token.trim() } : { type, session } };
}

function same(document: TermsDocument): (other: TermsDocument) => boolean {
  return ({ id, version }) => id === document.id && version === document.version;
}
