// What may be meant, above the field; the keys stay in the field, which says which one is chosen.
import { DoorOpen, Users } from "lucide-react";
import { lazy, Suspense, useEffect, useRef } from "react";

import type { Suggestion } from "../../models/composer/completion.model.ts";
import { toned } from "../../models/emoji/emoji.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { useSay } from "../../parts/texts.tsx";
import { skinTone } from "../emoji/emoji-memory.ts";
import styles from "./suggestions.module.css";

const PackPicture = lazy(() =>
  import("../stickers/pack-picture.view.tsx").then((file) => ({ default: file.PackPicture })),
);

interface Props {
  readonly id: string;
  readonly suggestions: readonly Suggestion[];
  readonly chosen: Suggestion | undefined;
  readonly take: (suggestion: Suggestion) => void;
}

export function suggestionId(listId: string, { kind, id }: Suggestion): string {
  return `${listId}-${kind}-${id.replace(/\s/g, "-")}`;
}

export function SuggestionsView({ id, suggestions, chosen, take }: Props) {
  const say = useSay();
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen one is the one that is marked in the page
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <>
      <p className="visually-hidden" role="status">
        {suggestions.length > 0 && say("composer.suggestions", { count: suggestions.length })}
      </p>
      {suggestions.length > 0 && (
        <div
          ref={list}
          id={id}
          className={styles.suggestions}
          role="listbox"
          aria-label={say("composer.suggestions-label")}
        >
          {suggestions.map((suggestion) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the chosen one
            <div
              key={`${suggestion.kind} ${suggestion.id}`}
              id={suggestionId(id, suggestion)}
              className={styles.suggestion}
              role="option"
              aria-selected={suggestion === chosen}
              // A press must not take the focus out of the field.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(suggestion)}
            >
              <SuggestionView suggestion={suggestion} />
            </div>
          ))}
        </div>
      )}
    </>
  );
}

function SuggestionView({ suggestion }: { suggestion: Suggestion }) {
  const say = useSay();
  switch (suggestion.kind) {
    case "person": {
      const { userId, name, avatar } = suggestion.profile;
      return (
        <>
          <Avatar id={userId} name={name} address={avatar} size="small" />
          <span className={styles.name}>{name}</span>
          <span className={styles.more}>
            {suggestion.here ? userId : say("composer.not-here", { id: userId })}
          </span>
        </>
      );
    }
    case "everybody":
      return (
        <>
          <Users aria-hidden size={20} />
          <span className={styles.name}>@room</span>
          <span className={styles.does}>{say("composer.everybody")}</span>
        </>
      );
    case "room":
      return (
        <>
          {suggestion.room.avatar ? (
            <Avatar
              id={suggestion.room.roomId}
              name={suggestion.room.name}
              address={suggestion.room.avatar}
              size="small"
              square
            />
          ) : (
            <DoorOpen aria-hidden size={20} />
          )}
          <span className={styles.name}>{suggestion.room.name}</span>
        </>
      );
    case "picture": {
      const { image, pack } = suggestion.offer;
      return (
        <>
          <span className={styles.picture}>
            <Suspense>
              <PackPicture picture={image.picture} title={image.description} />
            </Suspense>
          </span>
          <span className={styles.name}>:{image.shortcode}:</span>
          <span className={styles.more}>{pack.name}</span>
        </>
      );
    }
    case "emoji":
      return (
        <>
          <span className={styles.sign}>{toned(suggestion.emoji, skinTone())}</span>
          <span className={styles.name}>{suggestion.emoji.name}</span>
          <span className={styles.more}>:{suggestion.emoji.words[0] ?? ""}:</span>
        </>
      );
    case "command":
      return (
        <>
          <span className={styles.name}>{say(`commands.${suggestion.command.name}-usage`)}</span>
          <span className={styles.does}>{say(`commands.${suggestion.command.name}`)}</span>
        </>
      );
  }
}
