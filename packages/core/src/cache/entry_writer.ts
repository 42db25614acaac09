import type { BlockWriter } from "./block_writer.ts";
import { checksum } from "./checksum.ts";
import { BLOCK_HEADER, ENTRY_VERSION, MAGIC, TRAILER } from "./entry_layout.ts";
import { padded } from "./block_layout.ts";
import type { CacheWriter } from "./replay_cache.ts";

/** Writes an entry block by block; memory does not grow with it. */
export class EntryWriter {
  readonly #out: CacheWriter;
  #length = 0;
  #blocks = 0;

  /** `out` is committed by {@link finish}; until then its owner may discard it. */
  constructor(out: CacheWriter) {
    this.#out = out;
  }

  /** Adds a block. False when it cannot be kept. */
  async add(block: BlockWriter): Promise<boolean> {
    this.#blocks++;
    return await this.#section(block.view());
  }

  /**
   * Ends the entry `name`, made from what `key` says, with `summary`, which JSON must give back as it
   * is. False when it cannot be kept.
   */
  async finish(name: string, key: string, summary: unknown): Promise<boolean> {
    const start = this.#length;
    const text = new TextEncoder().encode(JSON.stringify({ key, summary }));
    const body = new Uint8Array(padded(text.length)).fill(0x20);
    body.set(text);
    if (!(await this.#section(body))) return false;
    const trailer = new Uint8Array(TRAILER);
    const view = new DataView(trailer.buffer);
    view.setUint32(0, this.#blocks, true);
    view.setUint32(4, ENTRY_VERSION, true);
    view.setFloat64(8, start, true);
    view.setUint32(16, checksum(trailer.subarray(0, 16)), true);
    trailer.set(MAGIC, TRAILER - MAGIC.length);
    return await this.#out.append(trailer) && await this.#out.commit(name);
  }

  async #section(body: Uint8Array): Promise<boolean> {
    const header = new Uint8Array(BLOCK_HEADER);
    const view = new DataView(header.buffer);
    view.setUint32(0, body.length, true);
    view.setUint32(4, checksum(body), true);
    this.#length += BLOCK_HEADER + body.length;
    return await this.#out.append(header) && await this.#out.append(body);
  }
}
