// Addresses of rooms, as they are typed.

/** The part before the colon: nobody has to guess capitals and blanks of an address that was told on the phone. */
export function addressPart(typed: string): string {
  return typed.trimStart().replace(/^#/, "").replace(/:.*$/, "").replace(/\s+/g, "-").toLowerCase();
}
