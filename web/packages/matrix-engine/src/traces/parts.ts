// Bytes of files.

export type Bytes = Uint8Array<ArrayBuffer>;

export function startsWith(bytes: Bytes, text: string, at = 0): boolean {
  return textAt(bytes, at, text.length) === text;
}

export function textAt(bytes: Bytes, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

export function joined(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
