import type { SymbolTable } from "@ssmd/core";
import { isTicker } from "../ticker.ts";
import type { Frame } from "./frame.ts";
import { type FrameBytes, passLiteral, passText } from "./frame_bytes.ts";
import { Literal } from "./literal.ts";

const SLOT_BITS = 12;
const LONGEST = 200;

interface KnownMarket {
  /** The ticker and the quote after it. */
  readonly literal: Literal;
  readonly id: number;
}

/**
 * Ids of tickers by their bytes: a small cache before the symbol table, in which comparing words
 * replaces hashing a text. A ticker enters it on second sight, so that a frame which turns out to be
 * unreadable leaves no trace.
 */
export class MarketIds {
  readonly #symbols: SymbolTable;
  readonly #slots: (KnownMarket | undefined)[] = new Array(1 << SLOT_BITS).fill(undefined);
  #latest: KnownMarket = { literal: new Literal(" "), id: -1 };

  /** Looks tickers up in `symbols`, and never adds one. */
  constructor(symbols: SymbolTable) {
    this.#symbols = symbols;
  }

  /** Passes a ticker up to its closing quote and notes it in `frame`. */
  pass(bytes: FrameBytes, pos: number, frame: Frame): number {
    const after = passLiteral(bytes, pos, this.#latest.literal);
    if (after < 0) return this.#passOther(bytes, pos, frame);
    frame.marketId = this.#latest.id;
    return after - 1;
  }

  #passOther(bytes: FrameBytes, pos: number, frame: Frame): number {
    const end = passText(bytes, pos);
    if (end < 0 || end - pos > LONGEST) return -1;
    const slot = end - pos < 8 ? 0 : slotOf(bytes.view, end);
    const known = this.#slots[slot];
    if (known !== undefined && passLiteral(bytes, pos, known.literal) === end + 1) {
      this.#latest = known;
      frame.marketId = known.id;
      return end;
    }
    const name = bytes.slice(pos, end);
    if (!isTicker(name)) return -1;
    const id = this.#symbols.find(name);
    if (id === undefined) frame.marketName = name;
    else {
      this.#slots[slot] = { literal: new Literal(`${name}"`), id };
      frame.marketId = id;
    }
    return end;
  }
}

/** Tickers share their beginnings and differ in their last bytes. */
function slotOf(view: DataView, end: number): number {
  const before = Math.imul(view.getInt32(end - 8, true), 0x01000193);
  return Math.imul(view.getInt32(end - 4, true) ^ before, 0x2c1b3c6d) >>> (32 - SLOT_BITS);
}
