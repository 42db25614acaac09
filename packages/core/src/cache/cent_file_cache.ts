import type { ArchiveFile } from "../archive/archive_catalog.ts";
import type { ArchiveSource } from "../archive/open_content.ts";
import { BlockWriter } from "./block_writer.ts";
import type { CentRecords } from "../cent_records.ts";
import { CentTable, writeCents } from "./cent_table.ts";
import { ENTRY_VERSION } from "./entry_layout.ts";
import { EntryMemory } from "./entry_reader.ts";
import { EntryWriter } from "./entry_writer.ts";
import { type CachedBytes, countFailure, type ReplayCache } from "./replay_cache.ts";
import { fileDigest, openEntry, textDigest } from "./open_entry.ts";
import { IS_LITTLE_ENDIAN } from "./block_layout.ts";
import { isSameJson } from "./same_json.ts";
import type { EntryReader } from "./entry_reader.ts";

/** The records of one file, decoded: to be iterated once. */
export interface DecodedCents extends AsyncIterable<CentRecords> {
  /**
   * What else is to be known of the file once it was iterated to its end, as plain JSON data;
   * `undefined` when its records must not be kept: it is damaged.
   */
  account(): unknown;
}

/** What an entry says of its file. */
interface CentSummary {
  readonly tickers: readonly string[];
  readonly account: unknown;
}

/**
 * The records of sealed files, from a cache where it has them; others are decoded and kept on the way.
 * A file is decoded on its own: nothing of the files before it may matter but the ids of markets and
 * {@link CentRecords.lastReceivedAt}, both of which are carried on here.
 */
export class CentFileCache {
  readonly #table = new CentTable();
  readonly #source: ArchiveSource;
  readonly #cache: ReplayCache;
  readonly #rules: string;
  readonly #memory = new EntryMemory();

  /** `rules` names how lines become records: it must change whenever any line gives another record. */
  constructor(source: ArchiveSource, cache: ReplayCache, rules: string) {
    this.#source = source;
    this.#cache = cache;
    this.#rules = rules;
  }

  /** The current batch. */
  get records(): CentRecords {
    return this.#table;
  }

  /**
   * Gives the batches of `file`, each valid until the next, and returns its account, which is that of
   * `decode` or of when it was decoded. `onOrigin` is told where they come from before the first.
   */
  async *read(
    file: ArchiveFile,
    decode: () => DecodedCents,
    onOrigin: (from: "archive" | "cache") => void = () => {},
  ): AsyncGenerator<CentRecords, unknown> {
    const isKept = file.state === "sealed" && IS_LITTLE_ENDIAN;
    if (!isKept) {
      onOrigin("archive");
      return yield* this.#decode(decode(), undefined);
    }
    const cache = this.#cache;
    const key = JSON.stringify({
      entry: `cents ${ENTRY_VERSION}`,
      rules: this.#rules,
      sha256: await fileDigest(this.#source, file, cache),
    });
    const name = textDigest(key, cache);
    const opened = await openEntry(cache, name, key, this.#memory);
    if (opened !== undefined) {
      cache.counts.hits++;
      onOrigin("cache");
      return yield* this.#readEntry(opened.reader, opened.bytes);
    }
    cache.counts.misses++;
    onOrigin("archive");
    const out = await cache.create(file.size);
    const entry = out === undefined ? undefined : new EntryWriter(out);
    try {
      return yield* this.#decode(decode(), entry, name, key);
    } finally {
      await out?.discard();
    }
  }

  async *#decode(
    decoded: DecodedCents,
    entry: EntryWriter | undefined,
    name = "",
    key = "",
  ): AsyncGenerator<CentRecords, unknown> {
    const ids: number[] = [];
    const block = new BlockWriter();
    let tickers: readonly string[] = [];
    let isKept = entry !== undefined;
    for await (const batch of decoded) {
      this.#table.copy(batch, ids);
      tickers = batch.tickers;
      if (isKept) {
        block.clear();
        writeCents(batch, block);
        isKept = await entry!.add(block);
      }
      yield this.#table;
    }
    const account = decoded.account();
    if (!isKept || account === undefined) return account;
    const summary: CentSummary = { tickers, account };
    if (isSameJson(summary, JSON.parse(JSON.stringify(summary)))) {
      await entry!.finish(name, key, summary);
    } else countFailure(this.#cache.counts, "a file could not be kept");
    return account;
  }

  async *#readEntry(reader: EntryReader, bytes: CachedBytes): AsyncGenerator<CentRecords, unknown> {
    // Written by `#decode` under the same key, which names the layout's version.
    const { tickers, account } = reader.summary as CentSummary;
    const ids: number[] = [];
    try {
      for (let block = await reader.next(); block !== undefined; block = await reader.next()) {
        this.#table.read(block, tickers, ids);
        yield this.#table;
      }
    } finally {
      await bytes.close();
    }
    return account;
  }
}
