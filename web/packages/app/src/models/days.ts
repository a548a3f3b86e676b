// Days as `<input type="date">` says them.

/** When a day begins where the person is, or the day so many after it; nothing for no day. */
export function dayBegin(day: string, later: number): number | undefined {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return undefined;
  return new Date(year, month - 1, date + later).getTime();
}
