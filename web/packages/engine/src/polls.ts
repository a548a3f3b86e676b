// What people are asked to choose from.

export interface NewPoll {
  readonly question: string;
  readonly answers: readonly string[];
  readonly maxSelections: number;
  /** Votes are shown only when it is over. */
  readonly secret: boolean;
  /** The root of the thread it belongs to. */
  readonly thread: string | undefined;
}

/** How many answers the format allows. */
export const POLL_ANSWERS_MAX = 20;
