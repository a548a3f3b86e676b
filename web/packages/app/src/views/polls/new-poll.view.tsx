// Making a poll.
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";

import type { ComposerModel } from "../../models/composer/composer.model.ts";
import { NewPollModel } from "../../models/polls/new-poll.model.ts";
import { Button, IconButton } from "../../parts/button.tsx";
import { Toggle } from "../../parts/check.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./polls.module.css";

export function NewPollView({ composer, close }: { composer: ComposerModel; close: () => void }) {
  const say = useSay();
  const [model] = useState(() => new NewPollModel(composer.room, composer.thread));
  const question = useLive(model.question);
  const several = useLive(model.several);
  const secret = useLive(model.secret);
  const complete = useLive(model.complete);
  const busy = useLive(model.attempt.busy);
  const failure = useLive(model.attempt.failure);
  return (
    <Dialog title={say("polls.new")} onClose={close}>
      <form
        className={styles.form}
        onSubmit={async (event) => {
          event.preventDefault();
          if (await model.start()) close();
        }}
      >
        <Field
          label={say("polls.question")}
          value={question}
          onChange={(text) => model.ask(text)}
          autoFocus
        />
        <AnswerFields model={model} />
        <Toggle checked={several} onChange={(on) => model.allowSeveral(on)}>
          {say("polls.allow-several")}
        </Toggle>
        <Toggle checked={secret} onChange={(on) => model.keepSecret(on)}>
          {say("polls.keep-secret")}
        </Toggle>
        {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
        <DialogActions>
          <Button look="primary" type="submit" isDisabled={!complete || busy}>
            {say("polls.start")}
          </Button>
          <Button onPress={close}>{say("common.cancel")}</Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function AnswerFields({ model }: { model: NewPollModel }) {
  const say = useSay();
  const answers = useLive(model.answers);
  const mayAdd = useLive(model.mayAdd);
  const mayRemove = useLive(model.mayRemove);
  return (
    <>
      <ol className={styles.fields}>
        {answers.map(({ id, text }, index) => (
          <li key={id}>
            <Field
              label={say("polls.answer", { number: index + 1 })}
              value={text}
              onChange={(typed) => model.answer(id, typed)}
            />
            {mayRemove && (
              <IconButton
                icon={Trash2}
                label={say("polls.remove-answer", { number: index + 1 })}
                onPress={() => model.remove(id)}
              />
            )}
          </li>
        ))}
      </ol>
      {mayAdd && (
        <Button icon={Plus} onPress={() => model.add()}>
          {say("polls.add-answer")}
        </Button>
      )}
    </>
  );
}
