// What the keyboard does, and how a message is sent by it.
import { Keyboard } from "lucide-react";
import { Fragment } from "react";

import { CHOICES } from "../../../models/preferences/here.ts";
import { type Key, type Shortcut, shortcuts } from "../../../models/shortcuts.ts";
import { Choice } from "../../../parts/choice.tsx";
import { useLive } from "../../../parts/live.ts";
import { usePreferences } from "../../../parts/preferences.tsx";
import { Section } from "../../../parts/section.tsx";
import { useSay } from "../../../parts/texts.tsx";
import type { TextKey } from "../../../texts/keys.ts";
import type { SettingsPage } from "../settings-page.ts";
import styles from "./keyboard.module.css";

export const keyboard: SettingsPage = { title: "keyboard.title", icon: Keyboard, View: KeyboardView };

const KEYS: Record<Key, TextKey> = {
  Ctrl: "keyboard.key-ctrl",
  Shift: "keyboard.key-shift",
  Alt: "keyboard.key-alt",
  Enter: "keyboard.key-enter",
  Escape: "keyboard.key-escape",
  Tab: "keyboard.key-tab",
  ArrowUp: "keyboard.key-up",
  ArrowDown: "keyboard.key-down",
  Home: "keyboard.key-home",
  End: "keyboard.key-end",
};

function KeyboardView() {
  const say = useSay();
  const preferences = usePreferences();
  const { sendWith } = useLive(preferences.here);
  return (
    <>
      <Choice
        label={say("keyboard.send-with")}
        value={sendWith}
        options={CHOICES.sendWith.map((value) => ({ value, label: say(`keyboard.send-with-${value}`) }))}
        onChange={(chosen) => preferences.change({ sendWith: chosen })}
      />
      {shortcuts(sendWith).map(({ title, shortcuts: lines }) => (
        <Section key={title} title={say(title)}>
          <dl className={styles.shortcuts}>
            {lines.map((shortcut) => (
              <Line key={shortcut.does} shortcut={shortcut} />
            ))}
          </dl>
        </Section>
      ))}
    </>
  );
}

function Line({ shortcut: { keys, does } }: { shortcut: Shortcut }) {
  const say = useSay();
  return (
    <>
      <dt>
        {keys.map((key, place) => (
          <Fragment key={key}>
            {place > 0 && " + "}
            <kbd className={styles.key}>{key in KEYS ? say(KEYS[key as Key]) : key}</kbd>
          </Fragment>
        ))}
      </dt>
      <dd>{say(does)}</dd>
    </>
  );
}
