import { type ByteStream, messageOf, type SsmdErrorCode } from "../mod.ts";

/** One thing that every implementation of a contract must do, for any test framework. */
export interface ConformanceCase {
  /** The behaviour, as a sentence. */
  readonly name: string;
  /** Resolves when the implementation does it; rejects with an `Error` that says what it does. */
  run(): Promise<void>;
}

/** Fails the case with `problem` unless `isSo`. */
export function expect(isSo: boolean, problem: string): void {
  if (!isSo) throw new Error(problem);
}

/** Fails the case unless both hold the same bytes. */
export function expectBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  expect(
    actual.length === expected.length,
    `${what}: got ${actual.length} bytes, expected ${expected.length}`,
  );
  const at = actual.findIndex((byte, i) => byte !== expected[i]);
  expect(at < 0, `${what}: byte ${at} is ${actual[at]}, expected ${expected[at]}`);
}

/**
 * Fails the case unless `step` rejects with an `SsmdError` of `code`; gives that error. It is known
 * by its name and code: an adapter may have a copy of the package of its own.
 */
export async function expectCode(
  code: SsmdErrorCode,
  step: () => Promise<unknown>,
): Promise<Error> {
  let thrown: unknown;
  try {
    await step();
  } catch (error) {
    thrown = error;
  }
  expect(thrown !== undefined, `nothing was thrown, expected SsmdError ${code}`);
  if (thrown instanceof Error && thrown.name === "SsmdError" && "code" in thrown) {
    if (thrown.code === code) return thrown;
  }
  throw new Error(`expected SsmdError ${code}, got: ${messageOf(thrown)}`, { cause: thrown });
}

/** All bytes of a stream. */
export async function collect(stream: ByteStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return concatenate(chunks);
}

/** The bytes of all chunks in one array. */
export function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** `data` as a stream of copies, `size` bytes each. */
export async function* inChunks(data: Uint8Array, size: number): ByteStream {
  for (let at = 0; at < data.length; at += size) yield data.slice(at, at + size);
}

/** `count` bytes that look random and are always the same, so that compression gains little. */
export function noise(count: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(count);
  let state = seed;
  for (let i = 0; i < count; i++) {
    // A linear congruential generator modulo 2^32; its high bits are the good ones.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
