// Times and days as people say them, in their own region.
import type { Say } from "./texts.ts";

const DAY_MS = 24 * 60 * 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let known = formats.get(key);
  if (!known) {
    known = new Intl.DateTimeFormat(locale, options);
    formats.set(key, known);
  }
  return known;
}

const nearDays = new Map<string, Intl.RelativeTimeFormat>();

/** Today, yesterday. */
function nearDay(daysAgo: number, locale: string): string {
  const known = nearDays.get(locale) ?? new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  nearDays.set(locale, known);
  const words = known.format(-daysAgo, "day");
  return words.charAt(0).toLocaleUpperCase(locale) + words.slice(1);
}

function daysBetween(atMs: number, nowMs: number): number {
  return Math.round((new Date(nowMs).setHours(0, 0, 0, 0) - new Date(atMs).setHours(0, 0, 0, 0)) / DAY_MS);
}

/** 14:05 */
export function clockTime(atMs: number, locale: string): string {
  return format(locale, { hour: "2-digit", minute: "2-digit" }).format(atMs);
}

/** As short as it can be told: today the time, this week the day, else the date. */
export function shortTime(atMs: number, nowMs: number, locale: string, say: Say): string {
  const days = daysBetween(atMs, nowMs);
  if (days <= 0) return clockTime(atMs, locale);
  if (days === 1) return say("rooms.yesterday");
  if (days < 7) return format(locale, { weekday: "short" }).format(atMs);
  return format(locale, { day: "2-digit", month: "2-digit", year: "2-digit" }).format(atMs);
}

/** Today, yesterday, Tuesday, Tuesday 3 March 2026. */
export function dayName(atMs: number, nowMs: number, locale: string): string {
  const days = daysBetween(atMs, nowMs);
  if (days >= 0 && days <= 1) return nearDay(days, locale);
  if (days > 1 && days < 7) return format(locale, { weekday: "long" }).format(atMs);
  return format(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(atMs);
}

/** 3 March 2026 */
export function dateName(atMs: number, locale: string): string {
  return format(locale, { dateStyle: "long" }).format(atMs);
}

/** March 2026 */
export function monthName(atMs: number, locale: string): string {
  return format(locale, { month: "long", year: "numeric" }).format(atMs);
}

/** Everything, for whoever waits over a time. */
export function fullTime(atMs: number, locale: string): string {
  return format(locale, { dateStyle: "full", timeStyle: "medium" }).format(atMs);
}

/** 03:12, where somebody else is; nothing for a zone that the browser does not know. */
export function timeIn(timeZone: string, atMs: number, locale: string): string | undefined {
  try {
    return format(locale, { hour: "2-digit", minute: "2-digit", timeZone }).format(atMs);
  } catch {
    return undefined;
  }
}

/** 0:07, 12:40, 1:02:03: how long something is. */
export function clockLength(ms: number, locale: string): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
  const one = new Intl.NumberFormat(locale);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const head = hours > 0 ? `${one.format(hours)}:${two.format(minutes)}` : one.format(minutes);
  return `${head}:${two.format(seconds % 60)}`;
}
