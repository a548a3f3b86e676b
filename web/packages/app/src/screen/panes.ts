// How many panes the window has room for: the list, the conversation, and what stands beside it. It is told by the
// width of the window in sizes of the text, which people choose. Style sheets ask the root of the page for it, views
// only for what those cannot say, as what something is to a screen reader.
import { type Live, signal } from "@herold/engine";

/** In rem. */
const TWO_MIN = 49;
const THREE_MIN = 72.5;

const counted = signal(1);

export const panes: Live<number> = counted;

/** Whenever the window or the size of the text may have changed. */
export function countPanes(): void {
  const root = document.documentElement;
  const width = innerWidth / Number.parseFloat(getComputedStyle(root).fontSize);
  if (width >= THREE_MIN) counted.value = 3;
  else counted.value = width >= TWO_MIN ? 2 : 1;
  root.dataset.panes = String(counted.value);
}
