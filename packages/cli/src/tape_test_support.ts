import { createHash } from "node:crypto";

/** When the tapes begin: 2026-01-05T15:00:00Z, in milliseconds. */
export const START_MS = 1_767_625_200_000;

/** A price in dollars and a size in contracts, as the exchange writes them. */
export type Level = readonly [price: string, size: string];

type Side = "yes" | "no";
type Frame = Readonly<Record<string, unknown>>;

/** Writes a tape as a recorder would: each subscription counts its frames over all its markets. */
export class TapeWriter {
  /** The lines written so far; frames can be taken out of it. */
  readonly lines: string[] = [];
  readonly #seqs = new Map<number, number>();

  /** The tape as text. */
  get text(): string {
    return this.lines.map((line) => `${line}\n`).join("");
  }

  /** Begins a new connection: all subscriptions count from 1 again. */
  reconnect(): void {
    this.#seqs.clear();
  }

  /** A market's whole book, `ms` milliseconds after {@link START_MS}. */
  snapshot(ms: number, ticker: string, yes: readonly Level[], no: readonly Level[]): void {
    const sides = { yes_dollars_fp: yes, no_dollars_fp: no };
    // The exchange leaves out the key of an empty side.
    const kept = Object.entries(sides).filter(([, levels]) => levels.length > 0);
    const msg = { market_ticker: ticker, market_id: "id", ...Object.fromEntries(kept) };
    this.numbered(ms, 1, "orderbook_snapshot", msg);
  }

  /** A change of one level. */
  delta(ms: number, ticker: string, side: Side, price: string, change: string): void {
    this.numbered(ms, 1, "orderbook_delta", {
      market_ticker: ticker,
      market_id: "id",
      price_dollars: price,
      delta_fp: change,
      side,
      ts: new Date(START_MS + ms).toISOString(),
      ts_ms: START_MS + ms,
    });
  }

  /** A trade at a YES price. */
  trade(ms: number, ticker: string, price: string, contracts: string): void {
    this.numbered(ms, 2, "trade", {
      trade_id: `${ticker}-${this.lines.length}`,
      market_ticker: ticker,
      yes_price_dollars: price,
      no_price_dollars: (1 - Number(price)).toFixed(4),
      count_fp: contracts,
      taker_side: "yes",
      ts: Math.floor((START_MS + ms) / 1000),
      ts_ms: START_MS + ms,
    });
  }

  /** A frame that counts in subscription `sid`. */
  numbered(ms: number, sid: number, type: string, msg: object): void {
    const seq = (this.#seqs.get(sid) ?? 0) + 1;
    this.#seqs.set(sid, seq);
    this.lines.push(tapeLine(ms, { type, sid, seq, msg }));
  }

  /** Loses the next frame of subscription `sid`. */
  lose(sid: number): void {
    this.#seqs.set(sid, (this.#seqs.get(sid) ?? 0) + 1);
  }
}

/** 40 frames in 200 ms of two markets, A and B, whose books and trades share subscriptions. */
export function twoMarkets(lose?: { readonly at: number; readonly sid: number }): TapeWriter {
  const tape = new TapeWriter();
  tape.snapshot(0, "A", [["0.4000", "100.00"]], [["0.5500", "80.00"]]);
  tape.snapshot(0, "B", [["0.1000", "10.00"], ["0.1100", "7.50"]], []);
  for (let i = 1; i <= 18; i++) {
    if (i === lose?.at) tape.lose(lose.sid);
    const market = i % 3 === 0 ? "B" : "A";
    tape.delta(i * 10, market, i % 2 === 0 ? "yes" : "no", `0.${20 + i}00`, `${i}.25`);
    tape.trade(i * 10, market, `0.${20 + i}00`, "1.00");
  }
  tape.delta(200, "A", "yes", "0.2200", "-2.25");
  tape.delta(200, "B", "no", "0.2300", "1.00");
  return tape;
}

/** A line of a tape. */
export function tapeLine(ms: number, event: Frame): string {
  return JSON.stringify({ recv_ms: START_MS + ms, event });
}

/** `milliseconds` after {@link START_MS} as the command line takes it. */
export function moment(milliseconds: number): string {
  return String(START_MS + milliseconds);
}

/**
 * SHA-256 of the canonical text of `ticker`'s book after all `lines`, computed by itself from the
 * decimals: the reference that the program's digests are held against.
 */
export function bookDigest(lines: readonly string[], ticker: string): string {
  const book = { yes: new Map<number, number>(), no: new Map<number, number>() };
  for (const line of lines) {
    const { type, msg } = JSON.parse(line).event;
    if (msg?.market_ticker !== ticker) continue;
    if (type === "orderbook_snapshot") {
      for (const side of ["yes", "no"] as const) {
        const levels: Level[] = msg[`${side}_dollars_fp`] ?? [];
        book[side] = new Map(levels.map(([price, size]) => [units(price, 4), units(size, 2)]));
      }
    } else if (type === "orderbook_delta") {
      const levels = book[msg.side as Side];
      const price = units(msg.price_dollars, 4);
      const size = (levels.get(price) ?? 0) + units(msg.delta_fp, 2);
      if (size === 0) levels.delete(price);
      else levels.set(price, size);
    }
  }
  const side = (levels: ReadonlyMap<number, number>) =>
    [...levels].sort(([a], [b]) => a - b).map((level) => level.join(":")).join();
  return createHash("sha256").update(`yes|${side(book.yes)};no|${side(book.no)}`).digest("hex");
}

function units(decimal: string, decimals: number): number {
  return Math.round(Number(decimal) * 10 ** decimals);
}
