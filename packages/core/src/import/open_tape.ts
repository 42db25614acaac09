import type { ByteStream, GzipCodec } from "../storage/storage.ts";

/** A recording: lines of tape records, bare frames or archived lines, plain or gzip. */
export interface Tape {
  /** What it is called in reports and in the log of imports. */
  readonly name: string;
  /** Opens its stored bytes from the start; called more than once. */
  open(): ByteStream;
}

/** The tape's content, decompressed when its first two bytes are those of gzip. */
export async function* openTape(
  tape: Pick<Tape, "open">,
  gzip: GzipCodec,
): AsyncGenerator<Uint8Array, undefined> {
  const stored = tape.open()[Symbol.asyncIterator]();
  try {
    const head: number[] = [];
    const waiting: Uint8Array[] = [];
    // However small the chunks are: a gzip file that is taken for text would be lost as garbage.
    while (head.length < 2) {
      const next = await stored.next();
      if (next.done === true) break;
      waiting.push(next.value);
      head.push(...next.value.subarray(0, 2 - head.length));
    }
    const whole = (async function* () {
      yield* waiting;
      yield* { [Symbol.asyncIterator]: () => stored };
    })();
    yield* head[0] === 0x1f && head[1] === 0x8b ? gzip.decompress(whole) : whole;
  } finally {
    // Closes the tape also when nobody read beyond its first bytes.
    await stored.return?.();
  }
  return undefined;
}
