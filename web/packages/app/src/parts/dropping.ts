// Menus that a button drops down. What they are made of comes with the first of them, and is asked for as soon as somebody
// is about to open one: the first screen has such buttons, and is drawn without what is behind them.
import { type RefObject, useRef, useState } from "react";
import type { KeyboardEvent, PressEvent } from "react-aria-components";

import { ahead, type Code } from "./later.tsx";

/** Where the focus goes: by the keyboard to an entry, otherwise to the menu. */
type Begin = "first" | "last" | "menu";

export interface Dropped {
  readonly trigger: RefObject<HTMLButtonElement | null>;
  /** Nothing while it is closed. */
  readonly begin: Begin | undefined;
  readonly onClose: () => void;
}

/** What the button is given, and the menu once it was opened. */
export function useDropping<Of extends Dropped>(code: Code<Of>) {
  const trigger = useRef<HTMLButtonElement>(null);
  const [begin, setBegin] = useState<Begin>();
  const [opened, setOpened] = useState(false);
  const open = (at: Begin): void => {
    setOpened(true);
    setBegin(at);
  };
  const soon = (): void => ahead(code);
  const dropped: Dropped = { trigger, begin, onClose: () => setBegin(undefined) };
  return {
    button: {
      ref: trigger,
      "aria-haspopup": "menu" as const,
      "aria-expanded": begin !== undefined,
      onHoverStart: soon,
      onFocus: soon,
      onPress: ({ pointerType }: PressEvent) =>
        open(pointerType === "keyboard" || pointerType === "virtual" ? "first" : "menu"),
      onKeyDown: (event: KeyboardEvent) => {
        const at = event.key === "ArrowDown" ? "first" : event.key === "ArrowUp" ? "last" : undefined;
        if (!at) return event.continuePropagation();
        event.preventDefault();
        open(at);
      },
    },
    /** It stays once it was opened, and closes as slowly as it opened. */
    dropped: opened ? dropped : undefined,
  };
}
