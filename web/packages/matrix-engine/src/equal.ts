// Whether two snapshots say the same, so that what did not change stays the same object and nothing is drawn again.
// What is left out says as much as what is undefined.

export function equal(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [ours, theirs] = [left as Record<string, unknown>, right as Record<string, unknown>];
  for (const key of Object.keys(ours)) if (!equal(ours[key], theirs[key])) return false;
  for (const key of Object.keys(theirs)) if (theirs[key] !== undefined && !(key in ours)) return false;
  return true;
}
