import { Buffer } from "node:buffer";

/** What a step of recorded messages gives at once fits into it, in bytes. */
export const OUTPUT_PLACE = 1_048_576;
/** Kept for the files to come; a replay has few open at once. */
const MOST_SPARE = 8;

const spare: Buffer[] = [];

/** Memory of {@link OUTPUT_PLACE} bytes, with anything in it. */
export function takePlace(): Buffer {
  return spare.pop() ?? Buffer.allocUnsafeSlow(OUTPUT_PLACE);
}

/** Gives memory back of which nobody uses anything any more. */
export function givePlaceBack(place: Buffer): void {
  if (spare.length < MOST_SPARE) spare.push(place);
}
