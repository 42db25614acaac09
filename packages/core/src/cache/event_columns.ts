import type { BlockReader } from "./block_reader.ts";
import type { BlockWriter } from "./block_writer.ts";
import { type EventBatch, hasDetail } from "../events/event_batch.ts";
import { EventKind, NO_MARKET, NO_PRICE } from "../events/event_kind.ts";
import { isSameJson } from "./same_json.ts";
import { QUOTE_FIELDS } from "../events/quote_columns.ts";

/** Columns of bytes. */
const BYTES = ["kind", "side", "flags"] as const;
/** Columns of doubles. */
const DOUBLES = ["tsEvent", "tsRecv", "size"] as const;

/** Moves the rows of batches into blocks and back. */
export class EventColumns {
  #scratch = new Float64Array(0);

  /**
   * Adds all rows of `batch`. False, and the block must not be used, when a detail is something that
   * JSON does not give back as it is.
   */
  write(batch: EventBatch, block: BlockWriter): boolean {
    const rows = batch.length;
    for (const name of BYTES) block.bytes(name, batch[name].subarray(0, rows));
    for (const name of DOUBLES) block.numbers(name, batch[name].subarray(0, rows));
    block.numbers("market", this.#withNone(batch.market, rows, NO_MARKET));
    block.numbers("price", this.#withNone(batch.price, rows, NO_PRICE));
    const details = this.#writeRefs(batch, block);
    const quotes = batch.quotes.length;
    for (const [field, name] of quotes === 0 ? [] : QUOTE_FIELDS.entries()) {
      block.numbers(name, batch.quotes.column(field).subarray(0, quotes));
    }
    if (details.length === 0) return true;
    const text = JSON.stringify(details);
    block.text("details", text);
    return isSameJson(details, JSON.parse(text));
  }

  /** Fills `batch`, which it empties, with the rows of a block; ids of markets are the writer's. */
  read(block: BlockReader, batch: EventBatch): void {
    const rows = block.rows("kind");
    batch.clear();
    batch.reserve(rows);
    batch.length = rows;
    if (this.#scratch.length < rows) this.#scratch = new Float64Array(rows);
    const scratch = this.#scratch;
    for (const name of BYTES) block.bytes(name, batch[name]);
    for (const name of DOUBLES) block.numbers(name, rows, batch[name]);
    block.numbers("market", rows, scratch);
    const { market, price, ref } = batch;
    for (let i = 0; i < rows; i++) {
      const id = scratch[i]!;
      market[i] = id === id ? id : NO_MARKET;
    }
    block.numbers("price", rows, scratch);
    for (let i = 0; i < rows; i++) {
      const value = scratch[i]!;
      price[i] = value === value ? value : NO_PRICE;
    }
    block.numbers("ref", rows, scratch);
    for (let i = 0; i < rows; i++) ref[i] = scratch[i]!;
    const quotes = batch.quotes;
    quotes.length = QUOTE_FIELDS.reduce((most, name) => Math.max(most, block.rows(name)), 0);
    quotes.reserve(quotes.length);
    if (quotes.length > 0) {
      QUOTE_FIELDS.forEach((name, field) => {
        block.numbers(name, quotes.length, quotes.column(field));
      });
    }
    const text = block.text("details");
    // Written by `write` from an array.
    if (text !== "") {
      for (const detail of JSON.parse(text) as unknown[]) batch.details.push(detail);
    }
  }

  /** Writes the column `ref` and gives the details that it points at, neighbours that share one once. */
  #writeRefs(batch: EventBatch, block: BlockWriter): unknown[] {
    const rows = batch.length;
    const refs = new Float64Array(rows);
    const details: unknown[] = [];
    for (let row = 0; row < rows; row++) {
      const kind = batch.kind[row]!;
      if (kind === EventKind.ticker) refs[row] = batch.ref[row]!;
      if (!hasDetail(kind)) continue;
      const detail = batch.details[batch.ref[row]!];
      if (details.length === 0 || details.at(-1) !== detail) details.push(detail);
      refs[row] = details.length - 1;
    }
    block.numbers("ref", refs);
    return details;
  }

  /** The first `rows` of `values` as doubles, with NaN in place of `none`: that keeps them small. */
  #withNone(values: Uint32Array | Int32Array, rows: number, none: number): Float64Array {
    const doubles = Float64Array.from(values.subarray(0, rows));
    for (let i = 0; i < rows; i++) if (doubles[i] === none) doubles[i] = NaN;
    return doubles;
  }
}
