// Whether two snapshots say the same, so that what did not change stays the same object and nothing is drawn again.

export function equal(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) =>
    equal((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
  );
}
