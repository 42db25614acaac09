/**
 * Whether `b`, parsed from the JSON text of `a`, is `a` again: plain objects, arrays, texts, flags,
 * null and finite numbers are; -0, NaN, `undefined` and objects of classes are not.
 */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || a === null) return Object.is(a, b);
  if (typeof b !== "object" || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length &&
      a.every((value, i) => isSameJson(value, b[i]));
  }
  const prototype: unknown = Object.getPrototypeOf(a);
  if (prototype !== Object.prototype && prototype !== null) return false;
  const left = Object.entries(a);
  const right = Object.entries(b);
  return left.length === right.length &&
    left.every(([key, value], i) => right[i]![0] === key && isSameJson(value, right[i]![1]));
}
