// The list of emoji: searched while typing, by group, in one's own skin tone; arrow keys go through it. Pictures of packs
// are among them where they may be chosen as well.
import type { ImagePack, Live, PackImage } from "@herold/engine";
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

import { type EmojiGroup, emojiIn } from "../../models/emoji/emoji.ts";
import { type Choice, EmojiPickerModel } from "../../models/emoji/emoji-picker.model.ts";
import { useLive } from "../../parts/live.ts";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { PackPicture } from "../stickers/pack-picture.view.tsx";
import styles from "./emoji.module.css";
import { emojiMemory } from "./emoji-memory.ts";

const ICONS: Record<EmojiGroup | "recent", LucideIcon> = {
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

interface Props {
  readonly onTake: (sign: string) => void;
  /** Packs of pictures that may be chosen as well. */
  readonly pictures?: {
    readonly packs: Live<readonly ImagePack[]>;
    readonly onTake: (image: PackImage) => void;
    /** The words of the room are, and these are not. */
    readonly encrypted: boolean;
  };
  /** Whether one searches at once. */
  readonly focused?: boolean;
}

export function EmojiPickerView({ onTake, pictures, focused = true }: Props) {
  const { language } = useTexts();
  const list = use(emojiIn(language));
  const packs = pictures?.packs;
  const model = useMemo(() => new EmojiPickerModel(list, emojiMemory, packs), [list, packs]);
  const take = (choice: Choice): void => {
    const taken = model.take(choice);
    if (typeof taken === "string") onTake(taken);
    else pictures?.onTake(taken);
  };
  return <Picker model={model} take={take} focused={focused} encrypted={pictures?.encrypted ?? false} />;
}

interface PickerProps {
  readonly model: EmojiPickerModel;
  readonly take: (choice: Choice) => void;
  readonly focused: boolean;
  readonly encrypted: boolean;
}

function Picker({ model, take, focused, encrypted }: PickerProps) {
  const say = useSay();
  const words = useLive(model.words);
  const shown = useLive(model.shown);
  const pictured = useLive(model.pictured);
  useLive(model.tone);
  return (
    <div className={styles.picker}>
      <Autocomplete inputValue={words} onInputChange={(typed) => model.search(typed)}>
        <SearchField
          autoFocus={focused}
          aria-label={say("emoji-list.search")}
          className={styles.search ?? ""}
        >
          <Input placeholder={say("emoji-list.search")} />
        </SearchField>
        <PlacesView model={model} />
        <ListBox
          aria-label={say("emoji-list.label")}
          className={styles.grid ?? ""}
          layout="grid"
          data-scrolls
          items={shown}
          selectionMode="none"
          onAction={(id) => {
            const choice = shown.find((known) => known.id === id);
            if (choice) take(choice);
          }}
          renderEmptyState={() => <p className={styles.nothing}>{say("emoji-list.nothing")}</p>}
        >
          {(choice: Choice) => (
            <ListBoxItem textValue={choice.name} aria-label={choice.name} className={styles.emoji ?? ""}>
              {choice.kind === "picture" ? (
                <PackPicture picture={choice.image.picture} title={choice.name} />
              ) : (
                <span title={choice.name}>{model.signOf(choice.emoji)}</span>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Autocomplete>
      {encrypted && pictured && <p className={styles.quiet}>{say("stickers.not-encrypted")}</p>}
      <TonesView model={model} />
    </div>
  );
}

function PlacesView({ model }: { model: EmojiPickerModel }) {
  const say = useSay();
  const places = useLive(model.places);
  useLive(model.place);
  const words = useLive(model.words);
  return (
    <Toolbar className={styles.places ?? ""} data-scrolls aria-label={say("emoji-list.groups")}>
      {places.map((one) => {
        const ofPack = typeof one === "object";
        const Icon = ofPack ? undefined : ICONS[one];
        return (
          <ToggleButton
            key={ofPack ? `${one.roomId} ${one.key}` : one}
            className={styles.place ?? ""}
            isSelected={model.isAt(one) && words === ""}
            aria-label={ofPack ? one.name : say(`emoji-list.group-${one}`)}
            onChange={() => model.go(one)}
          >
            {Icon && <Icon aria-hidden size={17} />}
            {ofPack && one.images[0] && <PackPicture picture={one.images[0].picture} title={one.name} />}
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
