// When nothing may ring or pop up.
// The service worker reads it as well, which knows neither pages nor the engine.

/** As `QuietHours` of the engine. */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

const HOUR = 60;

/** `minutes` since midnight. The end does not belong to it. */
export function isQuiet(hours: Hours | undefined, minutes: number): boolean {
  if (!hours) return false;
  const { from, to } = hours;
  return from < to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
}

/** 07:30, as a field for a time wants it. */
export function timeText(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minutes / HOUR))}:${two(minutes % HOUR)}`;
}

export function minutesIn(text: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)/.exec(text) ?? [];
  return hours && minutes ? Number(hours) * HOUR + Number(minutes) : undefined;
}
