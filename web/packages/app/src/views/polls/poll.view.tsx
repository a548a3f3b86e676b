// A poll in the conversation: pressed, an answer is one's vote at once; pressed again it is taken back.
import type { Poll } from "@herold/engine";
import { ChartBar, Check, ChevronDown } from "lucide-react";
import { useId, useState } from "react";
import { ToggleButton } from "react-aria-components";

import { Attempt } from "../../models/attempt.ts";
import { glanceOf } from "../../models/conversation/shortened.ts";
import type { ConversationModel } from "../../models/conversation.model.ts";
import { chosenAfter } from "../../models/polls/new-poll.model.ts";
import { votedWords, votesShown } from "../../models/polls/tally.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { useUnfolded } from "../conversation/unfolded.ts";
import styles from "./polls.module.css";

interface Props {
  /** Of the item that it is. */
  readonly id: string;
  /** Somebody was led to it, and may look for something in it. */
  readonly target: boolean;
  readonly poll: Poll;
  /** Nothing while the poll is on its way, or where it is only shown. */
  readonly eventId: string | undefined;
  readonly model: ConversationModel | undefined;
}

export function PollView({ id, target, poll, eventId, model }: Props) {
  const say = useSay();
  const [attempt] = useState(() => new Attempt());
  const busy = useLive(attempt.busy);
  const failure = useLive(attempt.failure);
  const questionId = useId();
  const chosen = poll.answers.filter((answer) => answer.mine).map(({ id }) => id);
  const most = Math.max(...poll.answers.map((answer) => answer.votes));
  const closed = poll.ended || !model || !eventId;
  const shown = votesShown(poll);
  const { open, unfold, place } = useUnfolded(id, target);
  const long = [poll.question, ...poll.answers.map(({ text }) => text)].some((text) => glanceOf(text));
  const glance = (text: string): string => (open ? text : (glanceOf(text) ?? text));
  const vote = (id: string): void => {
    if (closed) return;
    void attempt.make(() => model.room.vote(eventId, chosenAfter(chosen, id, poll.maxSelections)));
  };
  return (
    <section ref={place} tabIndex={-1} className={styles.poll} aria-labelledby={questionId}>
      <p className={styles.question} id={questionId}>
        <ChartBar aria-hidden size={18} />
        {glance(poll.question)}
      </p>
      {poll.maxSelections > 1 && !poll.ended && (
        <p className={styles.hint}>{say("polls.several", { count: poll.maxSelections })}</p>
      )}
      <div className={styles.answers}>
        {poll.answers.map((answer) => (
          <AnswerView
            key={answer.id}
            answer={answer}
            text={glance(answer.text)}
            share={shown && poll.voters > 0 ? answer.votes / poll.voters : undefined}
            best={poll.ended && most > 0 && answer.votes === most}
            disabled={closed || busy}
            onPress={() => vote(answer.id)}
          />
        ))}
      </div>
      {long && !open && (
        <Button look="quiet" icon={ChevronDown} onPress={unfold}>
          {say("message.show-all")}
        </Button>
      )}
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <div className={styles.foot}>
        <span role="status">{votedWords(poll, say)}</span>
        {poll.mayEnd && !closed && (
          <Button
            look="quiet"
            isDisabled={busy}
            onPress={() => void attempt.make(() => model.room.endPoll(eventId))}
          >
            {say("polls.end")}
          </Button>
        )}
      </div>
    </section>
  );
}

interface AnswerProps {
  readonly answer: Poll["answers"][number];
  readonly text: string;
  /** Part of those who voted, from 0 to 1; nothing while it is not shown. */
  readonly share: number | undefined;
  readonly best: boolean;
  readonly disabled: boolean;
  readonly onPress: () => void;
}

function AnswerView({ answer, text, share, best, disabled, onPress }: AnswerProps) {
  const { say, locale } = useTexts();
  const percent =
    share === undefined ? "" : new Intl.NumberFormat(locale, { style: "percent" }).format(share);
  return (
    <ToggleButton
      className={styles.answer ?? ""}
      data-best={best}
      isSelected={answer.mine}
      isDisabled={disabled}
      onChange={onPress}
    >
      <span className={styles.answerHead}>
        <span className={styles.box}>{answer.mine && <Check aria-hidden size={14} />}</span>
        <span className={styles.words}>
          <span className={styles.text}>{text}</span>
          {share !== undefined && (
            <span className={styles.count}>
              {say("polls.votes", { count: answer.votes })} · {percent}
            </span>
          )}
        </span>
      </span>
      {share !== undefined && (
        <span className={styles.bar} aria-hidden>
          <span style={{ inlineSize: `${share * 100}%` }} />
        </span>
      )}
    </ToggleButton>
  );
}
