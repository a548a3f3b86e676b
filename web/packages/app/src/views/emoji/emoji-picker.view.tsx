// The list of emoji: searched while typing, by group, in one's own skin tone; arrow keys go through it.
import {
  Clock,
  Coffee,
  Dumbbell,
  Flag,
  Hand,
  Heart,
  Lightbulb,
  type LucideIcon,
  Plane,
  Smile,
  Trees,
} from "lucide-react";
import { use, useMemo } from "react";
import {
  Autocomplete,
  Input,
  ListBox,
  ListBoxItem,
  Radio,
  RadioGroup,
  SearchField,
  ToggleButton,
  Toolbar,
} from "react-aria-components";

import { type Emoji, emojiIn } from "../../models/emoji/emoji.ts";
import { EmojiPickerModel, type EmojiPlace } from "../../models/emoji/emoji-picker.model.ts";
import { useLive } from "../../parts/live.ts";
import { useSay, useTexts } from "../../parts/texts.tsx";
import styles from "./emoji.module.css";
import { emojiMemory } from "./emoji-memory.ts";

const ICONS: Record<EmojiPlace, LucideIcon> = {
  recent: Clock,
  0: Smile,
  1: Hand,
  3: Trees,
  4: Coffee,
  5: Plane,
  6: Dumbbell,
  7: Lightbulb,
  8: Heart,
  9: Flag,
};

/** A hand in each tone says what is chosen better than a colour. */
const TONES = ["✋", "✋🏻", "✋🏼", "✋🏽", "✋🏾", "✋🏿"];

export function EmojiPickerView({ onTake }: { onTake: (sign: string) => void }) {
  const { language } = useTexts();
  const list = use(emojiIn(language));
  const model = useMemo(() => new EmojiPickerModel(list, emojiMemory), [list]);
  return <Picker model={model} onTake={onTake} />;
}

function Picker({ model, onTake }: { model: EmojiPickerModel; onTake: (sign: string) => void }) {
  const say = useSay();
  const words = useLive(model.words);
  const shown = useLive(model.shown);
  useLive(model.tone);
  return (
    <div className={styles.picker}>
      <Autocomplete inputValue={words} onInputChange={(typed) => model.search(typed)}>
        <SearchField autoFocus aria-label={say("emoji-list.search")} className={styles.search ?? ""}>
          <Input placeholder={say("emoji-list.search")} />
        </SearchField>
        <PlacesView model={model} />
        <ListBox
          aria-label={say("emoji-list.label")}
          className={styles.grid ?? ""}
          layout="grid"
          items={shown.map((emoji) => ({ id: emoji.sign, emoji }))}
          selectionMode="none"
          onAction={(sign) => {
            const emoji = shown.find((known) => known.sign === sign);
            if (emoji) onTake(model.take(emoji));
          }}
          renderEmptyState={() => <p className={styles.nothing}>{say("emoji-list.nothing")}</p>}
        >
          {({ emoji }: { emoji: Emoji }) => (
            <ListBoxItem textValue={emoji.name} aria-label={emoji.name} className={styles.emoji ?? ""}>
              <span title={emoji.name}>{model.signOf(emoji)}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Autocomplete>
      <TonesView model={model} />
    </div>
  );
}

function PlacesView({ model }: { model: EmojiPickerModel }) {
  const say = useSay();
  const places = useLive(model.places);
  const place = useLive(model.place);
  const words = useLive(model.words);
  return (
    <Toolbar className={styles.places ?? ""} aria-label={say("emoji-list.groups")}>
      {places.map((one) => {
        const Icon = ICONS[one];
        return (
          <ToggleButton
            key={one}
            className={styles.place ?? ""}
            isSelected={one === place && words === ""}
            aria-label={say(`emoji-list.group-${one}`)}
            onChange={() => model.go(one)}
          >
            <Icon aria-hidden size={17} />
          </ToggleButton>
        );
      })}
    </Toolbar>
  );
}

function TonesView({ model }: { model: EmojiPickerModel }) {
  const say = useSay();
  const tone = useLive(model.tone);
  return (
    <RadioGroup
      className={styles.tones ?? ""}
      orientation="horizontal"
      aria-label={say("emoji-list.tone")}
      value={String(tone)}
      onChange={(chosen) => model.chooseTone(Number(chosen))}
    >
      {TONES.map((sign, index) => (
        <Radio
          key={sign}
          value={String(index)}
          className={styles.tone ?? ""}
          aria-label={say("emoji-list.tone-name", { tone: index })}
        >
          {sign}
        </Radio>
      ))}
    </RadioGroup>
  );
}
