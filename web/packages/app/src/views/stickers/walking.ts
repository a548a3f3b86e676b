// Arrow keys from the stickers of one pack to those of the next: within a pack the list itself knows where they lead.
import type { KeyboardEvent } from "react";

/** Where one goes from the edge of a pack; `above` is what stands over the first. */
export function walkOn(event: KeyboardEvent<HTMLElement>, above: HTMLElement | null): void {
  const from = (event.target as Element).closest<HTMLElement>("[role=option]");
  if (!from || event.defaultPrevented) return;
  const options = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=option]")];
  const to = nextOf(options, from, event.key) ?? (event.key === "ArrowUp" ? above : undefined);
  if (!to) return;
  event.preventDefault();
  to.focus();
}

function nextOf(options: readonly HTMLElement[], from: HTMLElement, key: string): HTMLElement | undefined {
  const at = options.indexOf(from);
  const own = from.closest("[role=listbox]");
  const isBeyond = (option: HTMLElement): boolean => option.closest("[role=listbox]") !== own;
  switch (key) {
    case "ArrowLeft":
      return options[at - 1];
    case "ArrowRight":
      return options[at + 1];
    case "ArrowUp":
      return nearest(options.slice(0, at).reverse().filter(isBeyond), from);
    case "ArrowDown":
      return nearest(options.slice(at).filter(isBeyond), from);
    default:
      return undefined;
  }
}

/** Of the row that comes first, the one that is in the same column, or the last before it. */
function nearest(options: readonly HTMLElement[], from: HTMLElement): HTMLElement | undefined {
  const away = (option: HTMLElement): number => Math.abs(option.offsetLeft - from.offsetLeft);
  return options
    .filter((option) => option.offsetTop === options[0]?.offsetTop)
    .sort((left, right) => away(left) - away(right))[0];
}
