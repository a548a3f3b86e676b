// Sizes of files as people read them.

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

export function byteSize(bytes: number, locale: string): string {
  const step = Math.min(UNITS.length - 1, bytes > 0 ? Math.floor(Math.log10(bytes) / 3) : 0);
  const options = {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    // A byte has no sign of its own, and several of them are more than one.
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(locale, options).format(bytes / 1000 ** step);
}
