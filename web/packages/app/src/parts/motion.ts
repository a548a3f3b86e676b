// Whether things may move by themselves: the person's choice here, or their system's.
import { useLive } from "./live.ts";
import { useMedia } from "./media.ts";
import { usePreferences } from "./preferences.tsx";

export function useLessMotion(): boolean {
  const { motion } = useLive(usePreferences().here);
  const system = useMedia("(prefers-reduced-motion: reduce)");
  return motion === "less" || system;
}
