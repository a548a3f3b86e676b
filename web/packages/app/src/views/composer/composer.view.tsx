// Where one writes. Enter sends and Shift+Enter begins a line, or Ctrl+Enter sends and Enter begins one, as the person
// chose; Escape lets go of an answer or an edit.

import type { TimelineItem } from "@herold/engine";
import { Mic, SendHorizontal, X } from "lucide-react";
import {
  type ClipboardEvent,
  type KeyboardEvent,
  lazy,
  type RefObject,
  Suspense,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import type { Suggestion } from "../../models/composer/completion.model.ts";
import type { ComposerModel, ComposerProblem, Purpose } from "../../models/composer/composer.model.ts";
import { type Change, type Format, formatted } from "../../models/composer/formatting.ts";
import { toned } from "../../models/emoji/emoji.ts";
import { IconButton } from "../../parts/button.tsx";
import { pasted } from "../../parts/file-drop.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { usePreferences } from "../../parts/preferences.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { shortWords } from "../../texts/short-words.ts";
import { skinTone } from "../emoji/emoji-memory.ts";
import { ChoosingButton } from "../stickers/choosing-button.view.tsx";
import { VoiceRecorderView } from "../voice/voice-recorder.view.tsx";
import styles from "./composer.module.css";
import { FORMAT_KEYS, FormattingView } from "./formatting.view.tsx";
import { MoreView } from "./more.view.tsx";
import { SuggestionsView, suggestionId } from "./suggestions.view.tsx";

const FilesView = lazy(() => import("./files.view.tsx").then((file) => ({ default: file.FilesView })));

/** Where fewer words fit into the empty field. */
const PHONE = "(max-width: 30rem)";

interface Props {
  readonly model: ComposerModel;
  readonly allowed: boolean;
  readonly encrypted: boolean;
  /** What is shown above, for editing the newest of one's own. */
  readonly items: () => readonly TimelineItem[];
  /** Of the room. */
  readonly openSettings: () => void;
}

export function ComposerView({ model, allowed, encrypted, items, openSettings }: Props) {
  const { say, language } = useTexts();
  const text = useLive(model.text);
  const purpose = useLive(model.purpose);
  const preferences = usePreferences();
  const { sendWith } = useLive(preferences.here);
  const { typing } = useLive(preferences.everywhere);
  const problem = useLive(model.problem);
  const suggestions = useLive(model.completion.suggestions);
  const chosen = useLive(model.completion.chosen);
  const voice = useLive(model.voice.state);
  const hasFiles = useLive(model.files.chosen).length > 0;
  const [formatting, setFormatting] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();

  // Whoever chooses to answer or to edit wants to write next.
  useEffect(() => {
    if (purpose.kind !== "new") field.current?.focus();
  }, [purpose]);

  if (!allowed) return <p className={styles.closed}>{say("composer.not-allowed")}</p>;

  const apply = (change: Change | undefined): void => {
    if (change && field.current) replace(field.current, change);
  };
  const take = (suggestion: Suggestion): void =>
    apply(model.take(suggestion, ({ emoji }) => toned(emoji, skinTone())));
  const format = (wanted: Format): void => {
    if (!field.current) return;
    apply(formatted(wanted, text, field.current.selectionStart, field.current.selectionEnd));
  };
  const insert = (sign: string): void => {
    const { selectionStart: start = 0, selectionEnd: end = 0 } = field.current ?? {};
    apply({ start, end, text: sign, select: [start + sign.length, start + sign.length] });
  };
  const look = (): void => {
    const { selectionStart = 0, selectionEnd = 0, value = "" } = field.current ?? {};
    if (selectionStart === selectionEnd) model.completion.look(value, selectionStart, language);
  };
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // Enter that ends the input of a sign belongs to the keyboard.
    if (event.nativeEvent.isComposing) return;
    if (suggestionKeys(event, model, chosen, take) || formatKeys(event, format)) return;
    const sends = sendWith === "enter" ? !event.shiftKey : event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && sends) {
      event.preventDefault();
      void model.send();
    } else if (event.key === "Escape" && purpose.kind !== "new") {
      event.preventDefault();
      model.cancel();
    } else if (event.key === "ArrowUp" && text === "" && purpose.kind === "new") {
      if (model.editLast(items())) event.preventDefault();
    }
  };
  const paste = (event: ClipboardEvent): void => {
    const files = pasted(event);
    if (files.length === 0) return;
    event.preventDefault();
    model.files.add(files);
  };
  if (voice.kind !== "idle" && voice.kind !== "failed") {
    return (
      <div className={styles.composer}>
        <div className={styles.line}>
          <VoiceRecorderView model={model.voice} />
        </div>
      </div>
    );
  }
  const label = say(encrypted ? "composer.placeholder-encrypted" : "composer.placeholder");
  return (
    <div className={styles.composer}>
      {voice.kind === "failed" && (
        <Problem close={() => void model.voice.cancel()}>{say(`composer.voice-${voice.why}`)}</Problem>
      )}
      {problem && <ProblemView problem={problem} close={() => model.forgetProblem()} />}
      {purpose.kind !== "new" && <PurposeView purpose={purpose} cancel={() => model.cancel()} />}
      <SuggestionsView id={listId} suggestions={suggestions} chosen={chosen} take={take} />
      {formatting && <FormattingView format={format} close={() => setFormatting(false)} />}
      <div className={styles.line}>
        <MoreView model={model} showFormatting={() => setFormatting(!formatting)} />
        <div className={styles.scroll}>
          <Mirror text={text} marked={model.marked()} />
          <textarea
            ref={field}
            className={styles.field}
            rows={1}
            dir="auto"
            value={text}
            placeholder={matchMedia(PHONE).matches ? say("composer.placeholder") : label}
            aria-label={label}
            aria-autocomplete="list"
            aria-controls={suggestions.length > 0 ? listId : undefined}
            aria-activedescendant={chosen ? suggestionId(listId, chosen) : undefined}
            onChange={(event) => {
              model.type(event.target.value, Date.now(), typing);
              look();
            }}
            onSelect={look}
            onBlur={() => model.completion.forget()}
            onKeyDown={keys}
            onPaste={paste}
          />
        </div>
        <ChoosingButton
          model={model}
          insert={insert}
          back={() => field.current?.focus()}
          openSettings={openSettings}
        />
        {text.trim() === "" && purpose.kind !== "edit" ? (
          <IconButton icon={Mic} label={say("composer.voice")} onPress={() => void model.voice.start()} />
        ) : (
          <IconButton
            icon={SendHorizontal}
            label={say("common.send")}
            isDisabled={text.trim() === ""}
            onPress={() => {
              void model.send();
              field.current?.focus();
            }}
          />
        )}
      </div>
      <Suspense>
        {hasFiles && <FilesView model={model} back={field as RefObject<HTMLElement | null>} />}
      </Suspense>
    </div>
  );
}

/** Puts words in the place of others so that the browser can undo it. */
function replace(field: HTMLTextAreaElement, { start, end, text, select }: Change): void {
  field.focus();
  field.setSelectionRange(start, end);
  // The only way there is that keeps what can be undone.
  const done = text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text);
  if (!done) {
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.setSelectionRange(...select);
}

/** Answers whether the key was about the list of suggestions. */
function suggestionKeys(
  event: KeyboardEvent,
  { completion }: ComposerModel,
  chosen: Suggestion | undefined,
  take: (suggestion: Suggestion) => void,
): boolean {
  if (!chosen) return false;
  if (event.key === "ArrowDown" || event.key === "ArrowUp")
    completion.move(event.key === "ArrowDown" ? 1 : -1);
  else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) take(chosen);
  else if (event.key === "Escape") completion.close();
  else return false;
  event.preventDefault();
  return true;
}

function formatKeys(event: KeyboardEvent, format: (wanted: Format) => void): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const found = FORMAT_KEYS.find(({ code, shift }) => code === event.code && shift === event.shiftKey);
  if (!found) return false;
  event.preventDefault();
  format(found.format);
  return true;
}

/** The same words behind the field: they give it its height, and mentions their ground. */
function Mirror({ text, marked }: { text: string; marked: readonly string[] }) {
  const labels = marked.filter((label) => text.includes(label));
  const pattern = labels
    .toSorted((left, right) => right.length - left.length)
    .map((label) => label.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("|");
  const parts = pattern === "" ? [text] : text.split(new RegExp(`(${pattern})`));
  return (
    <div className={styles.mirror} dir="auto" aria-hidden>
      {parts.map((part, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
        index % 2 === 1 ? <mark key={index}>{part}</mark> : part,
      )}
      {/* An empty last line has no height of its own. */}
      {"\u200b"}
    </div>
  );
}

function ProblemView({ problem, close }: { problem: ComposerProblem; close: () => void }) {
  const say = useSay();
  const words =
    problem.kind === "failure"
      ? say(`failure.${problem.reason}`)
      : problem.kind === "unknown-command"
        ? say("composer.unknown-command", { name: `/${problem.name}` })
        : say("composer.usage", {
            usage: say(`commands.${problem.command.name}-usage`),
            does: say(`commands.${problem.command.name}`),
          });
  return <Problem close={close}>{words}</Problem>;
}

function Problem({ close, children }: { close: () => void; children: string }) {
  const say = useSay();
  return (
    <div className={styles.problem}>
      <Notice kind="danger">{children}</Notice>
      <IconButton small icon={X} label={say("common.close")} onPress={close} />
    </div>
  );
}

function PurposeView({
  purpose,
  cancel,
}: {
  purpose: Exclude<Purpose, { kind: "new" }>;
  cancel: () => void;
}) {
  const texts = useTexts();
  const { say } = texts;
  const item = purpose.kind === "reply" ? purpose.to : purpose.item;
  return (
    <div className={styles.purpose}>
      <div className={styles.purposeWords}>
        <strong>
          {purpose.kind === "reply"
            ? say("composer.replying", { name: item.sender.name })
            : say("composer.editing")}
        </strong>
        <span>{shortWords(item.content, texts)}</span>
      </div>
      <IconButton small icon={X} label={say("common.cancel")} onPress={cancel} />
    </div>
  );
}
