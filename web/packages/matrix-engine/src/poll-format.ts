// Polls as events: read in the form that was proposed and in the one it became, written in the one that today's apps read.
import type { NewPoll, Poll } from "@herold/engine";
import { POLL_ANSWERS_MAX } from "@herold/engine";
import type { IContent } from "matrix-js-sdk";

import { number, text } from "./values.ts";

const UNSTABLE = "org.matrix.msc3381.poll";
const TEXT = "org.matrix.msc1767.text";

export const POLL_START = `${UNSTABLE}.start`;
const STARTS = ["m.poll.start", POLL_START];
const RESPONSES = ["m.poll.response", `${UNSTABLE}.response`];
const ENDS = ["m.poll.end", `${UNSTABLE}.end`];

export const isPollStart = (type: string): boolean => STARTS.includes(type);
export const isPollResponse = (type: string): boolean => RESPONSES.includes(type);
export const isPollEnd = (type: string): boolean => ENDS.includes(type);

/** Words in any of the forms that they had. */
function textOf(block: unknown): string {
  if (typeof block === "string") return block;
  if (!block || typeof block !== "object") return "";
  const { "m.text": stable, [TEXT]: unstable, body } = block as IContent;
  if (Array.isArray(stable))
    return textOf(stable.find((one) => !one?.mimetype || one.mimetype === "text/plain"));
  return textOf(unstable ?? stable ?? body);
}

/** The poll before anybody voted. */
export function pollIn(content: IContent): Poll | undefined {
  const start: IContent | undefined = content["m.poll"] ?? content[POLL_START] ?? content["m.poll.start"];
  const question = textOf(start?.question);
  if (!start || question === "" || !Array.isArray(start.answers)) return undefined;
  const answers = start.answers
    .slice(0, POLL_ANSWERS_MAX)
    .map((answer: IContent) => ({ id: text(answer?.["m.id"] ?? answer?.id) ?? "", text: textOf(answer) }))
    .filter(({ id, text }) => id !== "" && text !== "")
    .map((answer) => ({ ...answer, votes: 0, mine: false }));
  if (answers.length === 0) return undefined;
  const max = number(start.max_selections) ?? 1;
  return {
    question,
    answers,
    voters: 0,
    maxSelections: Number.isInteger(max) && max >= 1 ? max : 1,
    secret: !/(^|\.)disclosed$/.test(text(start.kind) ?? ""),
    ended: false,
    mayEnd: false,
  };
}

export function selectionsIn(content: IContent): readonly string[] {
  const chosen = content["m.selections"] ?? content[`${UNSTABLE}.response`]?.answers;
  return Array.isArray(chosen) ? chosen.filter((id): id is string => typeof id === "string") : [];
}

export function startContent(poll: NewPoll): IContent {
  const answers = poll.answers.map((text, index) => ({ id: String(index + 1), [TEXT]: text }));
  const fallback = [poll.question, ...poll.answers.map((text, index) => `${index + 1}. ${text}`)].join("\n");
  return {
    [TEXT]: fallback,
    [POLL_START]: {
      question: { [TEXT]: poll.question, body: poll.question, msgtype: "m.text" },
      kind: `${UNSTABLE}.${poll.secret ? "undisclosed" : "disclosed"}`,
      max_selections: poll.maxSelections,
      answers,
    },
  };
}

const about = (pollId: string): IContent => ({
  "m.relates_to": { rel_type: "m.reference", event_id: pollId },
});

export const RESPONSE = `${UNSTABLE}.response`;
export const END = `${UNSTABLE}.end`;

export function responseContent(pollId: string, answers: readonly string[]): IContent {
  return { ...about(pollId), [RESPONSE]: { answers } };
}

export function endContent(pollId: string, text: string): IContent {
  return { ...about(pollId), [END]: {}, [TEXT]: text };
}

export interface Vote {
  readonly sender: string;
  readonly atMs: number;
  readonly selections: readonly string[];
}

export interface Tallied {
  readonly votes: readonly Vote[];
  /** When it was ended by somebody who may. */
  readonly endedAtMs: number | undefined;
  readonly me: string;
}

/** Everybody's newest vote counts, if it was there before the end and names only answers that there are. */
export function tallied(poll: Poll, { votes, endedAtMs = Number.POSITIVE_INFINITY, me }: Tallied): Poll {
  const newest = new Map<string, Vote>();
  for (const vote of votes) {
    const before = newest.get(vote.sender);
    if (vote.atMs <= endedAtMs && (!before || vote.atMs >= before.atMs)) newest.set(vote.sender, vote);
  }
  const known = new Set(poll.answers.map(({ id }) => id));
  const counts = new Map<string, number>();
  let mine: ReadonlySet<string> = new Set();
  let voters = 0;
  for (const { sender, selections } of newest.values()) {
    const chosen = new Set(selections.slice(0, poll.maxSelections));
    if (chosen.size === 0 || ![...selections].every((id) => known.has(id))) continue;
    voters += 1;
    if (sender === me) mine = chosen;
    for (const id of chosen) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const ended = endedAtMs !== Number.POSITIVE_INFINITY;
  const shown = ended || !poll.secret;
  return {
    ...poll,
    voters,
    ended,
    answers: poll.answers.map((answer) => ({
      ...answer,
      votes: shown ? (counts.get(answer.id) ?? 0) : 0,
      mine: mine.has(answer.id),
    })),
  };
}
