import { BlockReader } from "./block_reader.ts";
import { checksum } from "./checksum.ts";
import { BLOCK_HEADER, ENTRY_VERSION, MAGIC, TRAILER } from "./entry_layout.ts";
import type { CachedBytes } from "./replay_cache.ts";
import { SsmdError } from "../errors.ts";

/** An entry up to this size is read from the disk once; a larger one twice. */
const WINDOW = 4 * 1024 * 1024;

/** Memory that the readers of one replay share, one after the other. */
export class EntryMemory {
  #bytes = new Uint8Array(WINDOW);

  /** At least `length` bytes. */
  take(length: number): Uint8Array {
    if (length > this.#bytes.length) this.#bytes = new Uint8Array(length);
    return this.#bytes;
  }
}

/** Reads an entry whose every byte was checked when it was opened. */
export class EntryReader {
  /** What the writer gave as the summary. */
  readonly summary: unknown;
  readonly #window: Window;
  readonly #blocks: number;
  #read = 0;
  #at = 0;

  private constructor(window: Window, blocks: number, summary: unknown) {
    this.#window = window;
    this.#blocks = blocks;
    this.summary = summary;
  }

  /** Checks the whole entry: `undefined` when it is damaged, cut, or not that of `key`. */
  static async open(
    bytes: CachedBytes,
    key: string,
    memory: EntryMemory,
  ): Promise<EntryReader | undefined> {
    const window = new Window(bytes, memory);
    const end = bytes.size - TRAILER;
    const trailer = end < 0 ? undefined : await readTrailer(window, end);
    if (trailer === undefined) return undefined;
    let at = 0;
    let body: Uint8Array | undefined;
    for (let section = 0; section <= trailer.blocks; section++) {
      if (section === trailer.blocks && at !== trailer.summaryAt) return undefined;
      body = await readSection(window, at, end);
      if (body === undefined) return undefined;
      at += BLOCK_HEADER + body.length;
    }
    if (at !== end) return undefined;
    // The writer wrote an object with these members, and the checksum was right.
    const found = JSON.parse(new TextDecoder().decode(body)) as { key: string; summary: unknown };
    return found.key === key ? new EntryReader(window, trailer.blocks, found.summary) : undefined;
  }

  /**
   * The next block, valid until the next call; `undefined` after the last. Throws `SsmdError`
   * `not_found` when the entry has become shorter since it was opened.
   */
  async next(): Promise<BlockReader | undefined> {
    if (this.#read === this.#blocks) return undefined;
    this.#read++;
    const header = await this.#window.view(this.#at, BLOCK_HEADER);
    const length = lengthIn(header);
    const block = await this.#window.view(this.#at + BLOCK_HEADER, length);
    if (block.length !== length) {
      throw new SsmdError("not_found", "Cannot read on in a cache entry: it has become shorter");
    }
    this.#at += BLOCK_HEADER + length;
    return new BlockReader(block);
  }
}

/** A part of an entry that is in memory. */
class Window {
  readonly #bytes: CachedBytes;
  readonly #memory: EntryMemory;
  #data: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(bytes: CachedBytes, memory: EntryMemory) {
    this.#bytes = bytes;
    this.#memory = memory;
  }

  /** The bytes `[offset, offset + length)`, fewer where the entry ends; `offset` is a multiple of 8. */
  async view(offset: number, length: number): Promise<Uint8Array> {
    const from = offset - this.#start;
    if (from >= 0 && from + length <= this.#data.length) {
      return this.#data.subarray(from, from + length);
    }
    const memory = this.#memory.take(length);
    const count = await this.#bytes.read(offset, memory);
    this.#data = memory.subarray(0, count);
    this.#start = offset;
    return this.#data.subarray(0, length);
  }
}

async function readTrailer(
  window: Window,
  end: number,
): Promise<{ readonly blocks: number; readonly summaryAt: number } | undefined> {
  // From the start, so that a small entry is in memory as a whole.
  const start = end + TRAILER <= WINDOW ? 0 : end;
  const bytes = (await window.view(start, end + TRAILER - start)).subarray(end - start);
  if (bytes.length !== TRAILER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, TRAILER);
  const isOurs = MAGIC.every((byte, i) => bytes[TRAILER - MAGIC.length + i] === byte) &&
    view.getUint32(16, true) === checksum(bytes.subarray(0, 16)) &&
    view.getUint32(20, true) === 0 && view.getUint32(4, true) === ENTRY_VERSION;
  if (!isOurs) return undefined;
  return { blocks: view.getUint32(0, true), summaryAt: view.getFloat64(8, true) };
}

async function readSection(
  window: Window,
  at: number,
  end: number,
): Promise<Uint8Array | undefined> {
  if (at + BLOCK_HEADER > end) return undefined;
  const header = await window.view(at, BLOCK_HEADER);
  if (header.length !== BLOCK_HEADER) return undefined;
  const length = lengthIn(header);
  const sum = new DataView(header.buffer, header.byteOffset).getUint32(4, true);
  if (length % 8 !== 0 || at + BLOCK_HEADER + length > end) return undefined;
  const body = await window.view(at + BLOCK_HEADER, length);
  return body.length === length && checksum(body) === sum ? body : undefined;
}

function lengthIn(header: Uint8Array): number {
  return new DataView(header.buffer, header.byteOffset).getUint32(0, true);
}
