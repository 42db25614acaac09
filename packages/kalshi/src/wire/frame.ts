import {
  type EpochMicros,
  NO_MARKET,
  NO_PRICE,
  type Price,
  type Quantity,
  SIDE_NONE,
  type SymbolTable,
} from "@ssmd/core";
import type { Alternatives, FrameType, Places } from "./frame_type.ts";
import type { JsonObject } from "./json_object.ts";
import { Ladder } from "./ladder.ts";

// The envelope's fields have these indexes in every type.
const SID = 0;
const SEQ = 1;
const COUNTED = 1 << SID | 1 << SEQ;

/**
 * What a frame says, field by field, before it becomes rows. One object is filled again and again:
 * by the scanner from bytes, by the reader from parsed JSON, with the same result.
 */
export class Frame {
  /** Its type; a placeholder for unknown ones. */
  type: FrameType;
  /** Its `type` as text. */
  typeName = "";
  /** The parsed frame; absent after a scan. */
  json: JsonObject | undefined = undefined;
  /** The market's id, if the symbol table knew it; otherwise {@link marketName} has it. */
  marketId: number = NO_MARKET;
  /** The market's ticker, not interned yet. */
  marketName: string | undefined = undefined;
  /** Bit `Field.index` is set for every field whose value could be used. */
  usable = 0;
  /** The decimals, times, sides and flags of those fields, by index. NaN states "none". */
  readonly values: Float64Array = new Float64Array(32).fill(NaN);
  /** Which of those values are the frame's. */
  places: Places;
  /** Bit `Field.index` is set for every ladder that is present and could not be used. */
  brokenLadders = 0;
  /** Fields that the type does not have, as `type.field`. */
  unknown: string[] = [];
  /** Fields whose value could not be used, as `type.field`. */
  invalid: string[] = [];
  readonly #ladders: Ladder[] = [];

  /** `type` stands in until the first frame. */
  constructor(type: FrameType) {
    this.type = type;
    this.places = type.places(0);
  }

  /** Forgets the frame before; `unknown` lists the fields that the type does not have. */
  begin(type: FrameType, typeName: string, unknown: string[]): void {
    this.type = type;
    this.typeName = typeName;
    this.json = undefined;
    this.marketId = NO_MARKET;
    this.marketName = undefined;
    this.usable = 0;
    this.brokenLadders = 0;
    this.unknown = unknown;
    if (this.invalid.length > 0) this.invalid = [];
  }

  /** Whether it has both `sid` and `seq`. */
  get counted(): boolean {
    return (this.usable & COUNTED) === COUNTED;
  }

  /** The subscription's id; NaN when absent. */
  get sid(): number {
    return (this.usable & 1 << SID) !== 0 ? this.values[SID]! : NaN;
  }

  /** The number within the subscription; NaN when absent. */
  get seq(): number {
    return (this.usable & 1 << SEQ) !== 0 ? this.values[SEQ]! : NaN;
  }

  /** Notes a usable value. */
  set(index: number, value: number): void {
    this.values[index] = value;
    this.usable |= 1 << index;
  }

  /** The exchange's time; NaN when absent. */
  get time(): EpochMicros {
    return this.values[this.places.time]!;
  }

  /** The price, or {@link NO_PRICE}. */
  get price(): Price {
    const price = this.values[this.places.price]!;
    return Number.isNaN(price) ? NO_PRICE : price;
  }

  /** The size; NaN when absent. */
  get size(): Quantity {
    return this.values[this.places.size]!;
  }

  /** The side, or {@link SIDE_NONE}. */
  get side(): number {
    const side = this.values[this.places.side]!;
    return Number.isNaN(side) ? SIDE_NONE : side;
  }

  /** Whether it is a block trade. */
  get isBlockTrade(): boolean {
    return this.values[this.places.blockTrade] === 1;
  }

  /** The ladder of the field with `index`, to be filled. */
  ladder(index: number): Ladder {
    return this.#ladders[index] ??= new Ladder();
  }

  /**
   * The preferred ladder of `alternatives`: the first usable one, else the first broken one.
   * `undefined` when the frame has none, which is how the exchange writes an empty side.
   */
  pickLadder(alternatives: Alternatives): Ladder | undefined {
    const usable = alternatives.find((index) => (this.usable & 1 << index) !== 0);
    const broken = alternatives.find((index) => (this.brokenLadders & 1 << index) !== 0);
    const index = usable ?? broken;
    return index === undefined ? undefined : this.ladder(index);
  }

  /** The market's id in `symbols`, given now if need be; {@link NO_MARKET} when there is none. */
  market(symbols: SymbolTable): number {
    return this.marketName === undefined ? this.marketId : symbols.intern(this.marketName);
  }

  /** Notes that the value of the field at `path` could not be used. */
  noteInvalid(path: string): void {
    const name = `${this.typeName}.${path}`;
    if (!this.invalid.includes(name)) this.invalid.push(name);
  }

  /** Notes that none of `alternatives` came, unless one came and was invalid. */
  noteMissing(alternatives: Alternatives): void {
    const paths = alternatives.map((index) => this.type.read[index]!.path);
    const isNoted = paths.some((path) => this.invalid.includes(`${this.typeName}.${path}`));
    if (!isNoted) this.noteInvalid(paths[0]!);
  }
}
