// What is told of a poll's votes.
import type { Poll } from "@herold/engine";

import type { Say } from "../../texts/texts.ts";

/** Whether one may know how many chose which answer. */
export const votesShown = ({ ended, secret }: Poll): boolean => ended || !secret;

/** How many voted, and whether they still may. */
export function votedWords({ ended, secret, voters: count }: Poll, say: Say): string {
  if (ended) return say("polls.ended", { count });
  return say(secret ? "polls.secret-voters" : "polls.voters", { count });
}
