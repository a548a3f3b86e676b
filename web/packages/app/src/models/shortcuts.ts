// What the keyboard does, for those who want to know it. Whoever adds a shortcut adds its line.
import type { TextKey } from "../texts/keys.ts";

export type Key =
  | "Ctrl"
  | "Shift"
  | "Alt"
  | "Enter"
  | "Escape"
  | "Tab"
  | "ArrowUp"
  | "ArrowDown"
  | "Home"
  | "End";

export interface Shortcut {
  /** Pressed together. A letter stands for itself. */
  readonly keys: readonly (Key | string)[];
  readonly does: TextKey;
}

export interface ShortcutGroup {
  readonly title: TextKey;
  readonly shortcuts: readonly Shortcut[];
}

export function shortcuts(sendWith: "enter" | "ctrl-enter"): readonly ShortcutGroup[] {
  const enterSends = sendWith === "enter";
  return [
    {
      title: "keyboard.everywhere",
      shortcuts: [
        { keys: ["Tab"], does: "keyboard.next-part" },
        { keys: ["Shift", "Tab"], does: "keyboard.previous-part" },
        { keys: ["Ctrl", "K"], does: "keyboard.palette" },
        { keys: ["Escape"], does: "keyboard.close" },
      ],
    },
    {
      title: "keyboard.lists",
      shortcuts: [
        { keys: ["ArrowUp"], does: "keyboard.up" },
        { keys: ["ArrowDown"], does: "keyboard.down" },
        { keys: ["Home"], does: "keyboard.first" },
        { keys: ["End"], does: "keyboard.last" },
        { keys: ["Enter"], does: "keyboard.open" },
        { keys: ["Alt", "ArrowUp"], does: "keyboard.favourite-up" },
        { keys: ["Alt", "ArrowDown"], does: "keyboard.favourite-down" },
      ],
    },
    {
      title: "keyboard.writing",
      shortcuts: [
        { keys: enterSends ? ["Enter"] : ["Ctrl", "Enter"], does: "keyboard.send" },
        { keys: enterSends ? ["Shift", "Enter"] : ["Enter"], does: "keyboard.new-line" },
        { keys: ["Escape"], does: "keyboard.let-go" },
        { keys: ["Escape"], does: "keyboard.write" },
      ],
    },
  ];
}
