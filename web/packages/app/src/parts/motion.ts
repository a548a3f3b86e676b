// Whether things may move by themselves: the person's choice here, or their system's.
import { useSyncExternalStore } from "react";

import { useLive } from "./live.ts";
import { usePreferences } from "./preferences.tsx";

const query = matchMedia("(prefers-reduced-motion: reduce)");

export function useLessMotion(): boolean {
  const { motion } = useLive(usePreferences().here);
  const system = useSyncExternalStore(
    (changed) => {
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => query.matches,
  );
  return motion === "less" || system;
}
