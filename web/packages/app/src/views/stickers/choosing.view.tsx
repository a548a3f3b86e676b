// One place for all that is more than letters: emoji with the pictures of packs, and stickers. The one of the two that
// was used last comes first.
import type { PackImage } from "@herold/engine";
import { Suspense, useEffect, useId, useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";

import type { ComposerModel } from "../../models/composer/composer.model.ts";
import { OfferedModel } from "../../models/stickers/offered.model.ts";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import { emojiMemory } from "../emoji/emoji-memory.ts";
import { EmojiPickerView } from "../emoji/emoji-picker.view.tsx";
import styles from "./stickers.module.css";
import { StickersView } from "./stickers.view.tsx";

const TAB = "tab";
type Kind = "emoji" | "stickers";

interface Props {
  readonly model: ComposerModel;
  readonly onSign: (sign: string) => void;
  readonly onPicture: (image: PackImage) => void;
  readonly onSticker: (image: PackImage) => void;
  readonly onSettings: () => void;
}

export function ChoosingView({ model, onSign, onPicture, onSticker, onSettings }: Props) {
  const say = useSay();
  const whyNot = useId();
  const { encrypted } = useLive(model.room.summary);
  const editing = useLive(model.purpose).kind === "edit";
  const [offered] = useState(() => new OfferedModel(model.session, model.room.roomId));
  const [kind, setKind] = useState<Kind>(emojiMemory.get(TAB) === "stickers" ? "stickers" : "emoji");
  // Whoever goes from one to the other stays on the tabs; whoever comes wants to search.
  const [focused, setFocused] = useState(true);
  useEffect(() => void offered.load(), [offered]);
  const show = (chosen: Kind): void => {
    setFocused(false);
    setKind(chosen);
    emojiMemory.set(TAB, chosen);
  };
  return (
    <Tabs
      className={styles.tabs ?? ""}
      selectedKey={editing ? "emoji" : kind}
      onSelectionChange={(chosen) => chosen !== kind && show(chosen as Kind)}
    >
      <TabList className={styles.list ?? ""} aria-label={say("composer.emoji")}>
        <Tab id="emoji" className={styles.tab ?? ""}>
          {say("stickers.emoji")}
        </Tab>
        {/* A message that is there already cannot become one. */}
        <Tab
          id="stickers"
          className={styles.tab ?? ""}
          isDisabled={editing}
          {...(editing ? { "aria-describedby": whyNot } : {})}
        >
          <span title={editing ? say("stickers.editing") : undefined}>{say("stickers.stickers")}</span>
        </Tab>
      </TabList>
      <span id={whyNot} hidden>
        {say("stickers.editing")}
      </span>
      <TabPanel id="emoji" className={styles.panel ?? ""}>
        <Suspense fallback={<p className={styles.quiet}>{say("common.loading")}</p>}>
          <EmojiPickerView
            focused={focused}
            onTake={onSign}
            pictures={{ packs: offered.packs, onTake: onPicture, encrypted }}
          />
        </Suspense>
      </TabPanel>
      <TabPanel id="stickers" className={styles.panel ?? ""}>
        <StickersView
          offered={offered}
          room={model.room}
          focused={focused}
          onTake={onSticker}
          onSettings={onSettings}
        />
      </TabPanel>
    </Tabs>
  );
}
