import type { SymbolTable } from "@ssmd/core";
import { isTicker } from "../ticker.ts";
import type { Frame } from "./frame.ts";
import { type FrameBytes, passText } from "./frame_bytes.ts";

const FIRST_SLOTS = 1024;
/** At half of so many tickers all are forgotten: over months new ones never end. */
const MOST_SLOTS = 131_072;
const LONGEST = 200;
/** Shorter tickers have no whole word. Those of markets are not so short. */
const SHORTEST = 8;

// What a slot says of its ticker, as numbers side by side.
const HASH = 0;
/** Its bytes; 0 in a slot that is free. */
const LENGTH = 1;
const ID = 2;
/** Where its first word is. */
const WORD = 3;
const FIELDS = 4;

/**
 * Ids of tickers by their bytes: a hash table before the symbol table, in which comparing words (see
 * `Literal`) replaces making and hashing a text. A ticker enters it on second sight, so that a frame
 * which turns out to be unreadable leaves no trace.
 *
 * With thousands of markets hardly any is in the processor's cache when its next frame comes, so that
 * a ticker costs as much as the places that it is kept in: one slot here and one row of words.
 */
export class MarketIds {
  readonly #symbols: SymbolTable;
  /** Twice as many slots as tickers or more; a ticker stands in the next free one after its hash. */
  #slots = new Int32Array(FIRST_SLOTS * FIELDS);
  #words = new Float64Array(FIRST_SLOTS);
  #known = 0;
  #wordsUsed = 0;
  /** The slot of the last one: frames of one market often come in a row. */
  #latest = 0;

  /** Looks tickers up in `symbols`, and never adds one. */
  constructor(symbols: SymbolTable) {
    this.#symbols = symbols;
  }

  /** Passes a ticker up to its closing quote and notes it in `frame`. */
  pass(bytes: FrameBytes, pos: number, frame: Frame): number {
    const slots = this.#slots;
    const end = pos + slots[this.#latest + LENGTH]!;
    if (end === pos || end >= bytes.end || bytes.data[end] !== 0x22 /* " */) {
      return this.#passOther(bytes, pos, frame);
    }
    if (!this.#stands(this.#latest, bytes.view, pos, end)) {
      return this.#passOther(bytes, pos, frame);
    }
    frame.marketId = slots[this.#latest + ID]!;
    return end;
  }

  #passOther(bytes: FrameBytes, pos: number, frame: Frame): number {
    const end = passText(bytes, pos);
    if (end < 0 || end - pos > LONGEST) return -1;
    if (end - pos < SHORTEST) return this.#passName(bytes.slice(pos, end), end, frame);
    const { view } = bytes;
    const hash = hashOf(view, pos, end);
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = Math.imul(hash, FIELDS) & mask;
    for (; slots[slot + LENGTH] !== 0; slot = (slot + FIELDS) & mask) {
      if (slots[slot + HASH] !== hash || slots[slot + LENGTH] !== end - pos) continue;
      if (!this.#stands(slot, view, pos, end)) continue;
      this.#latest = slot;
      frame.marketId = slots[slot + ID]!;
      return end;
    }
    const after = this.#passName(bytes.slice(pos, end), end, frame);
    if (after >= 0 && frame.marketName === undefined) this.#add(view, pos, end, frame.marketId);
    return after;
  }

  #passName(name: string, end: number, frame: Frame): number {
    if (!isTicker(name)) return -1;
    const id = this.#symbols.find(name);
    if (id === undefined) frame.marketName = name;
    else frame.marketId = id;
    return end;
  }

  /** Whether the ticker of `slot`, which is as long, is `[pos, end)`. */
  #stands(slot: number, view: DataView, pos: number, end: number): boolean {
    const words = this.#words;
    let word = this.#slots[slot + WORD]!;
    for (const last = end - 8; pos < last; pos += 8, word++) {
      if (view.getFloat64(pos, true) !== words[word]) return false;
    }
    return view.getFloat64(end - 8, true) === words[word];
  }

  #add(view: DataView, pos: number, end: number, id: number): void {
    const count = (end - pos + 7) >> 3;
    if (2 * FIELDS * (this.#known + 1) > this.#slots.length) this.#grow();
    if (this.#wordsUsed + count > this.#words.length) {
      const words = new Float64Array(2 * this.#words.length);
      words.set(this.#words);
      this.#words = words;
    }
    const word = this.#wordsUsed;
    for (let k = 0; k < count; k++) {
      this.#words[word + k] = view.getFloat64(Math.min(pos + 8 * k, end - 8), true);
    }
    this.#wordsUsed += count;
    this.#put(hashOf(view, pos, end), end - pos, id, word);
  }

  #put(hash: number, length: number, id: number, word: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = Math.imul(hash, FIELDS) & mask;
    while (slots[slot + LENGTH] !== 0) slot = (slot + FIELDS) & mask;
    slots[slot + HASH] = hash;
    slots[slot + LENGTH] = length;
    slots[slot + ID] = id;
    slots[slot + WORD] = word;
    this.#known++;
  }

  #grow(): void {
    const slots = this.#slots;
    const size = 2 * slots.length;
    this.#known = 0;
    this.#latest = 0;
    if (size > MOST_SLOTS * FIELDS) {
      this.#slots = new Int32Array(FIRST_SLOTS * FIELDS);
      this.#words = new Float64Array(FIRST_SLOTS);
      this.#wordsUsed = 0;
      return;
    }
    this.#slots = new Int32Array(size);
    for (let slot = 0; slot < slots.length; slot += FIELDS) {
      const length = slots[slot + LENGTH]!;
      if (length > 0) {
        this.#put(slots[slot + HASH]!, length, slots[slot + ID]!, slots[slot + WORD]!);
      }
    }
  }
}

/** Tickers share their beginnings; most differ in their last bytes, those of a date further ahead. */
function hashOf(view: DataView, start: number, end: number): number {
  const length = end - start;
  let hash = mixed(length, view.getInt32(end - 4, true));
  hash = mixed(hash, view.getInt32(end - 8, true));
  hash = mixed(hash, view.getInt32(start + 2, true));
  if (length >= 16) {
    hash = mixed(hash, view.getInt32(end - 12, true));
    hash = mixed(hash, view.getInt32(end - 16, true));
  }
  return hash ^ hash >>> 15;
}

function mixed(hash: number, word: number): number {
  return Math.imul(hash ^ word, 0x2c1b3c6d) ^ hash >>> 13;
}
