// Where the focus is.

/** Nowhere, or in what is not shown any more: whatever took its place may have it. */
export function isFocusLost(): boolean {
  const focused = document.activeElement;
  return !focused || focused === document.body || !focused.checkVisibility();
}
