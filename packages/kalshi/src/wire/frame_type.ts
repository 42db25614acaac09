import { QUOTE_FIELDS } from "@ssmd/core";
import { type FieldRule, type Meaning, seq, sid, unread } from "./field_rule.ts";

/** A field of a frame type. */
export interface Field extends FieldRule {
  /** Its name; with a `^` before it when it stands beside `msg`. */
  readonly path: string;
  /** Its place among the fields that are read, or {@link UNREAD_INDEX}. */
  readonly index: number;
}

/** Which rows the frames of a type make. */
export type RowKind =
  | "snapshot"
  | "delta"
  | "trade"
  | "ticker"
  | "lifecycle"
  | "detail"
  | "other";

/** What distinguishes a {@link FrameType} beside its fields. */
export interface FrameTypeOptions {
  /** Known fields beside `type`, `id`, `sid`, `seq` and `msg`; default none. */
  readonly envelope?: Readonly<Record<string, FieldRule>>;
  /** Whether its frames may come without `msg`, or with one that is no object; default false. */
  readonly optionalMsg?: boolean;
}

const ENVELOPE = { sid, seq, id: unread, type: unread, msg: unread };
/** Where the price of a ladder's entry passes through; the fields that are read stay below. */
export const ENTRY_PRICE = 29;
/** Where the size of a ladder's entry passes through. */
export const ENTRY_SIZE = 30;
/** The index of every field that is not read. */
export const UNREAD_INDEX = 31;

/** The fields that may say one thing, preferred first, by {@link Field.index}. */
export type Alternatives = readonly number[];

/**
 * Where a frame's values stand, by {@link Field.index}: of each set of alternatives the preferred one
 * that is usable, or {@link UNREAD_INDEX}, where NaN stands.
 */
export interface Places {
  /** The exchange's time. */
  readonly time: number;
  /** The price. */
  readonly price: number;
  /** The size. */
  readonly size: number;
  /** The side. */
  readonly side: number;
  /** Whether it is a block trade. */
  readonly blockTrade: number;
  /** The cells of a quote. */
  readonly quotes: readonly number[];
}

/** One `type` of the wire: which fields its frames have, and which rows they make. */
export class FrameType {
  /** The value of `type`. */
  readonly name: string;
  /** The fields of `msg`. */
  readonly fields: ReadonlyMap<string, Field>;
  /** The fields beside `msg`, and `msg` itself. */
  readonly envelope: ReadonlyMap<string, Field>;
  /** The fields that are read, by {@link Field.index}. */
  readonly read: readonly Field[];
  /** Whether a frame without an object as `msg` is an oddity. */
  readonly needsMsg: boolean;
  /** Whether a frame without a market is an oddity. */
  readonly needsMarket: boolean;
  /** Which rows its frames make. */
  readonly rows: RowKind;

  /** Where the market stands; empty for a type that concerns none. */
  readonly market: Alternatives;
  /** Where the exchange's time stands. */
  readonly time: Alternatives;
  /** Where the price stands. */
  readonly price: Alternatives;
  /** Where the size stands. */
  readonly size: Alternatives;
  /** Where the side stands. */
  readonly side: Alternatives;
  /** Where it says that a trade is a block trade. */
  readonly blockTrade: Alternatives;
  /** Where the YES ladder stands. */
  readonly yesLadder: Alternatives;
  /** Where the NO ladder stands. */
  readonly noLadder: Alternatives;
  /** Where each cell of a quote stands. */
  readonly quotes: readonly Alternatives[];

  /**
   * `rules` name the fields of `msg`, preferred alternatives first. Throws `RangeError` when more
   * than 29 fields, `sid` and `seq` included, are read.
   */
  constructor(
    name: string,
    rules: Readonly<Record<string, FieldRule>>,
    rows: RowKind,
    options: FrameTypeOptions = {},
  ) {
    const read: Field[] = [];
    const fieldsOf = (prefix: string, rules: Readonly<Record<string, FieldRule>>) =>
      new Map(
        Object.entries(rules).map(([name, rule]): [string, Field] => {
          const isRead = rule.form !== "unread";
          const field = {
            ...rule,
            path: prefix + name,
            index: isRead ? read.length : UNREAD_INDEX,
          };
          if (isRead) read.push(field);
          return [name, field];
        }),
      );
    // The envelope comes first, so that `sid` and `seq` have the same index in every type.
    this.envelope = fieldsOf("^", { ...ENVELOPE, ...options.envelope });
    this.fields = fieldsOf("", rules);
    const alternatives = (meaning: Meaning): Alternatives =>
      read.filter((field) => field.meaning === meaning).map((field) => field.index);
    if (read.length > ENTRY_PRICE) {
      throw new RangeError(`Cannot read ${read.length} fields of ${name}: at most ${ENTRY_PRICE}`);
    }
    this.name = name;
    this.read = read;
    this.needsMsg = !options.optionalMsg;
    this.market = alternatives("market");
    this.needsMarket = this.needsMsg && this.market.length > 0;
    this.rows = rows;
    this.time = alternatives("time");
    this.price = alternatives("price");
    this.size = alternatives("size");
    this.side = alternatives("side");
    this.blockTrade = alternatives("blockTrade");
    this.yesLadder = alternatives("yesLadder");
    this.noLadder = alternatives("noLadder");
    this.quotes = QUOTE_FIELDS.map(alternatives);
  }

  /** Where the values of a frame stand whose `usable` fields are given as bits. */
  places(usable: number): Places {
    const place = (alternatives: Alternatives) =>
      alternatives.find((index) => (usable & 1 << index) !== 0) ?? UNREAD_INDEX;
    return {
      time: place(this.time),
      price: place(this.price),
      size: place(this.size),
      side: place(this.side),
      blockTrade: place(this.blockTrade),
      quotes: this.quotes.map(place),
    };
  }
}
