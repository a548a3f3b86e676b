// Sizes of files as people read them.

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

export function byteSize(bytes: number, locale: string): string {
  let step = 0;
  // What would be rounded to a thousand is one of the next.
  while (step < UNITS.length - 1 && Number((bytes / 1000 ** step).toFixed(1)) >= 1000) step += 1;
  const options = {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    // A byte has no sign of its own, and several of them are more than one.
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(locale, options).format(bytes / 1000 ** step);
}
