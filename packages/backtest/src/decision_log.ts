import type { EpochMicros, Quantity, Side } from "@ssmd/core";
import type { Decision, DisplayedBook } from "./decision.ts";
import type { MarketDisplay } from "./market_display.ts";
import type { NewOrder, OrderId, OrderReport } from "./order.ts";

/** How many levels of a book a decision shows. */
const LEVELS = 5;

type OpenDecision = { -readonly [K in keyof Decision]: Decision[K] } & { fees: string[] };

/** Keeps why orders were given and what they met; nothing unless it is told to. */
export class DecisionLog {
  readonly #keeps: boolean;
  #decisions: OpenDecision[] = [];

  /** Keeps decisions when `keeps` says so. */
  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  /** Whether it keeps anything. */
  get keeps(): boolean {
    return this.#keeps;
  }

  /** The decisions in the order of their orders. */
  get decisions(): readonly Decision[] {
    return this.#decisions;
  }

  /** An order was given. Throws when its `because` is not plain data. */
  decided(id: OrderId, order: NewOrder, time: EpochMicros): void {
    if (!this.#keeps) return;
    const { ticker, action, side, group = "", because = {} } = order;
    this.#decisions.push({
      order: id,
      time,
      ticker,
      action,
      side,
      group,
      because: structuredClone(because),
      fees: [],
    });
  }

  /** An order reached the market, which showed this. */
  arrived(id: OrderId, time: EpochMicros, display: MarketDisplay | undefined): void {
    const decision = this.#of(id);
    if (decision === undefined) return;
    decision.arrival = time;
    const book = display === undefined ? undefined : displayedBook(display);
    if (book !== undefined) decision.book = book;
  }

  /** A fill of the order was charged, in words. */
  charged(id: OrderId, text: string): void {
    this.#of(id)?.fees.push(text);
  }

  /** Something became of the order. */
  reported({ id, status, refusal }: OrderReport): void {
    const decision = this.#of(id);
    if (decision === undefined) return;
    decision.status = status;
    if (refusal !== undefined) decision.refusal = refusal;
  }

  /** The decisions as plain data. */
  save(): readonly Decision[] {
    return structuredClone(this.#decisions);
  }

  /** Takes over what {@link save} gave. */
  restore(saved: readonly Decision[]): void {
    this.#decisions = saved.map((decision) => ({ ...decision, fees: [...decision.fees] }));
  }

  /** Orders count from 1, and each has its decision. */
  #of(id: OrderId): OpenDecision | undefined {
    return this.#decisions[id - 1];
  }
}

function displayedBook(display: MarketDisplay): DisplayedBook | undefined {
  const { source } = display;
  if (source === undefined) return undefined;
  const levels = (side: Side): { price: number; size: Quantity }[] => display.bids(side, LEVELS);
  return { source, stale: display.market.stale, yes: levels("yes"), no: levels("no") };
}
