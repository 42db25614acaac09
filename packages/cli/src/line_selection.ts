import {
  type ArchiveFile,
  type ArchiveLineReader,
  type EpochMicros,
  frameMarket,
  typeOfLine,
} from "@ssmd/core";
import { parseTime } from "./arguments.ts";
import { sentMarkets } from "./sent_markets.ts";

/** The options with which lines are chosen, as the command line gives them. */
export interface SelectionOptions {
  /** Only lines of this market. */
  readonly ticker?: string;
  /** Only lines of this type. */
  readonly type?: string;
  /** Only lines received at or after this moment. */
  readonly from?: string;
  /** Only lines received at or before this moment. */
  readonly to?: string;
}

/** Chooses lines by market, type and receive time. */
export class LineSelection {
  /** The earliest receive time. */
  readonly from: EpochMicros | undefined;
  /** The latest receive time. */
  readonly to: EpochMicros | undefined;
  readonly #ticker: string | undefined;
  readonly #type: string | undefined;

  /** Throws `SsmdError` `invalid_input` for a moment that cannot be read. */
  constructor(options: SelectionOptions) {
    this.from = options.from === undefined ? undefined : parseTime(options.from);
    this.to = options.to === undefined ? undefined : parseTime(options.to);
    this.#ticker = options.ticker;
    this.#type = options.type;
  }

  /** The time range as options of the library's functions. */
  get range(): { readonly from?: EpochMicros; readonly to?: EpochMicros } {
    return {
      ...(this.from === undefined ? {} : { from: this.from }),
      ...(this.to === undefined ? {} : { to: this.to }),
    };
  }

  /** Whether lines must be read to tell which are chosen. */
  get readsLines(): boolean {
    return this.#ticker !== undefined || this.#type !== undefined || this.from !== undefined ||
      this.to !== undefined;
  }

  /**
   * Whether the line is one of the market and type; a gap is, when it concerns the market, and so is
   * what was sent, when it names the market or none.
   */
  matches(reader: ArchiveLineReader): boolean {
    if (this.#type !== undefined && typeOfLine(reader) !== this.#type) return false;
    if (this.#ticker === undefined) return true;
    if (reader.gap !== undefined) return reader.gap.markets?.includes(this.#ticker) ?? true;
    if (reader.kind === "sent") {
      return sentMarkets(reader.data.subarray(reader.start, reader.end))
        ?.includes(this.#ticker) ?? true;
    }
    return frameMarket(reader.data, reader.start, reader.end) === this.#ticker;
  }

  /** Whether the file can hold a chosen line, as far as its manifest tells. */
  mayHold({ entry }: ArchiveFile): boolean {
    if (entry === undefined) return true;
    if (entry.lastReceivedAt < (this.from ?? -Infinity)) return false;
    if (entry.firstReceivedAt > (this.to ?? Infinity)) return false;
    return this.#type === undefined || Object.hasOwn(entry.recordsByType, this.#type);
  }
}
