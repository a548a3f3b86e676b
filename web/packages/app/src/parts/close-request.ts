// A phone's gesture back closes what lies over the page, before it leaves the page: where the browser tells of it
// (Chromium does, on Android). Elsewhere the gesture is the browser's way back alone.
import { useEffect, useRef } from "react";

declare global {
  /** Of the browser, and unknown to TypeScript. */
  interface CloseWatcher {
    onclose: (() => void) | null;
    requestClose(): void;
    destroy(): void;
  }
  interface Window {
    CloseWatcher?: new () => CloseWatcher;
  }
}

/** As long as there is something to close. Escape does not come here: whoever takes the key has it to themselves. */
export function useCloseRequest(close: (() => void) | undefined): void {
  const latest = useRef(close);
  latest.current = close;
  const open = close !== undefined;
  useEffect(() => {
    if (!open || !window.CloseWatcher) return undefined;
    const watcher = new window.CloseWatcher();
    watcher.onclose = () => latest.current?.();
    return () => watcher.destroy();
  }, [open]);
}
