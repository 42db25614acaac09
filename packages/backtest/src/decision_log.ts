import type { EpochMicros, Quantity, Side } from "@ssmd/core";
import type { Decision, DisplayedBook } from "./decision.ts";
import type { MarketDisplay } from "./market_display.ts";
import { plainCopy } from "./plain_copy.ts";
import { isOver, type NewOrder, type OrderId, type OrderReport } from "./order.ts";

/** How many levels of a book a decision shows. */
const LEVELS = 5;

type OpenDecision = { -readonly [K in keyof Decision]: Decision[K] } & { fees: string[] };

/** Tells why orders were given and what they met; keeps it no longer than until they are over. */
export class DecisionLog {
  readonly #tell: ((decision: Decision) => void) | undefined;
  /** Those whose orders are not over, in the order of their orders. */
  readonly #open = new Map<OrderId, OpenDecision>();

  /** Without `tell` nothing is noted. */
  constructor(tell: ((decision: Decision) => void) | undefined) {
    this.#tell = tell;
  }

  /** Whether anybody is told. */
  get isHeard(): boolean {
    return this.#tell !== undefined;
  }

  /** An order was given. Throws `TypeError` when its `because` is not plain data. */
  decided(id: OrderId, order: NewOrder, time: EpochMicros): void {
    if (this.#tell === undefined) return;
    const { ticker, action, side, group = "", because = {} } = order;
    this.#open.set(id, {
      order: id,
      time,
      ticker,
      action,
      side,
      group,
      // The strategy may go on with its object.
      because: plainCopy(because),
      fees: [],
    });
  }

  /** An order reached the market, which showed this. */
  arrived(id: OrderId, time: EpochMicros, display: MarketDisplay | undefined): void {
    const decision = this.#open.get(id);
    if (decision === undefined) return;
    decision.arrival = time;
    const book = display === undefined ? undefined : displayedBook(display);
    if (book !== undefined) decision.book = book;
  }

  /** A fill of the order was charged, in words. */
  charged(id: OrderId, text: string): void {
    this.#open.get(id)?.fees.push(text);
  }

  /** Something became of the order. */
  reported(report: OrderReport): void {
    const { id, status, refusal } = report;
    const decision = this.#open.get(id);
    if (decision === undefined) return;
    decision.status = status;
    if (refusal !== undefined) decision.refusal = refusal;
    if (!isOver(report)) return;
    this.#open.delete(id);
    this.#tell?.(decision);
  }

  /** The run has ended: tells of the orders that are not over. */
  finish(): void {
    for (const decision of this.#open.values()) this.#tell?.(decision);
    this.#open.clear();
  }

  /** What is noted of the orders that are not over, as plain data. */
  save(): readonly Decision[] {
    return structuredClone([...this.#open.values()]);
  }

  /** Takes over what {@link save} gave. */
  restore(saved: readonly Decision[]): void {
    for (const decision of saved) {
      this.#open.set(decision.order, { ...decision, fees: [...decision.fees] });
    }
  }
}

function displayedBook(display: MarketDisplay): DisplayedBook | undefined {
  const { source } = display;
  if (source === undefined) return undefined;
  const levels = (side: Side): { price: number; size: Quantity }[] => display.bids(side, LEVELS);
  return { source, stale: display.market.stale, yes: levels("yes"), no: levels("no") };
}
