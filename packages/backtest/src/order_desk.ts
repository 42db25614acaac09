import {
  type EpochMicros,
  type FeeModel,
  type Money,
  NO_PRICE,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  type Side,
} from "@ssmd/core";
import type { Decision } from "./decision.ts";
import { DecisionLog } from "./decision_log.ts";
import type { FillAssumption } from "./fill_assumption.ts";
import { type FillModel, type Order, walkBook } from "./fill_model.ts";
import type { MakerModel } from "./maker_model.ts";
import { type MarketDisplay, oppositeOf } from "./market_display.ts";
import { checkedOrder, type NewOrder, type OrderId, type RefusalReason } from "./order.ts";
import type { OrderReport } from "./order.ts";
import { OrderCharges } from "./order_charges.ts";
import { type OrderCounts, OrderTally } from "./order_counts.ts";
import type { ChargedFill } from "./charged_fill.ts";
import { type Portfolio, type Position, type PositionKey, totalsOf } from "./portfolio.ts";
import { bidOf, type RestingOrder, RestingOrders } from "./resting_orders.ts";
import { type SavedTaken, TakenLiquidity } from "./taken_liquidity.ts";

/** What an {@link OrderDesk} works with. */
export interface DeskOptions {
  /** How orders that take are filled. */
  readonly fills: FillModel;
  /** How orders that rest are filled. */
  readonly makers: MakerModel;
  /** What the exchange charges. */
  readonly fees: FeeModel;
  /** Hears why orders were given, when they are over; `undefined` when nobody asks. */
  readonly onDecision: ((decision: Decision) => void) | undefined;
  /** Why an order may not trade in its market now; `undefined` when it may. */
  readonly barredFrom: (order: NewOrder, time: EpochMicros) => RefusalReason | undefined;
  /** What the market shows; `undefined` before anything. */
  readonly displayOf: (ticker: string) => MarketDisplay | undefined;
  /** Hears what became of orders, in order. */
  readonly onReport: (report: OrderReport) => void;
  /** Hears that the ledger has changed; `closed` is a position that is gone, and why. */
  readonly onLedger: (closed?: { readonly position: Position; readonly reason: string }) => void;
}

/**
 * An {@link OrderDesk} as plain data.
 * @internal
 */
export interface SavedDesk {
  /** How many orders there were. */
  readonly submitted: number;
  /** What became of them. */
  readonly counts: OrderCounts;
  /** Those on their way to the market. */
  readonly inFlight: readonly (readonly [OrderId, NewOrder])[];
  /** Those that rest. */
  readonly resting: readonly Omit<RestingOrder, "fees">[];
  /** What was taken from what was displayed. */
  readonly taken: SavedTaken;
  /** Why those that are not over were given. */
  readonly decisions: readonly Decision[];
}

/** Turns orders into entries of the ledger: what the market gives, what it costs, what can be paid. */
export class OrderDesk {
  readonly #portfolio: Portfolio;
  readonly #options: DeskOptions;
  readonly #taken: TakenLiquidity;
  readonly #charges: OrderCharges;
  readonly #tally = new OrderTally();
  readonly #decisions: DecisionLog;
  readonly #inFlight = new Map<OrderId, NewOrder>();
  readonly #resting = new RestingOrders();
  #submitted = 0;

  /** Books into `portfolio`. */
  constructor(portfolio: Portfolio, options: DeskOptions) {
    this.#portfolio = portfolio;
    this.#options = options;
    this.#charges = new OrderCharges(options.fees);
    this.#taken = new TakenLiquidity(options.fills.maxParticipation);
    this.#decisions = new DecisionLog(options.onDecision);
  }

  /** How many orders rest. */
  get resting(): number {
    return this.#resting.size;
  }

  /** The markets in which orders rest. */
  get restingTickers(): readonly string[] {
    return this.#resting.tickers;
  }

  /** Whether an order in `ticker` is on its way or rests. */
  isOrdering(ticker: string): boolean {
    if (this.#resting.in(ticker).length > 0) return true;
    for (const order of this.#inFlight.values()) if (order.ticker === ticker) return true;
    return false;
  }

  /** What can be spent, less what resting orders hold back. */
  get available(): Money {
    return this.#portfolio.cash - this.#resting.held;
  }

  /** What became of the orders so far. */
  get counts(): OrderCounts {
    return this.#tally.counts(this.#submitted, this.#inFlight.size + this.#resting.size);
  }

  /** Takes an order that goes on its way now. Throws `RangeError` for one that makes no sense. */
  submit(order: NewOrder, time: EpochMicros): OrderId {
    const checked = checkedOrder(order);
    const id = ++this.#submitted;
    this.#inFlight.set(id, checked);
    this.#decisions.decided(id, checked, time);
    return id;
  }

  /** Throws `RangeError` when there was no such order. */
  checkId(id: OrderId): void {
    if (Number.isInteger(id) && id >= 1 && id <= this.#submitted) return;
    throw new RangeError(`Cannot cancel order ${id}: ${this.#submitted} were submitted`);
  }

  /** An order reaches the market. */
  arrive(id: OrderId, time: EpochMicros): void {
    const order = this.#inFlight.get(id);
    if (order === undefined) return;
    this.#inFlight.delete(id);
    const display = this.#options.displayOf(order.ticker);
    this.#decisions.arrived(id, time, display);
    const refusal = this.#enter(id, order, display, time);
    if (refusal === undefined) return;
    this.#tally.refused(refusal);
    this.#report({
      id,
      order,
      time,
      status: "refused",
      fills: [],
      missing: order.quantity,
      refusal,
    });
  }

  /** A cancellation reaches the market. */
  cancel(id: OrderId, time: EpochMicros): void {
    const resting = this.#resting.find(id);
    if (resting !== undefined) this.#drop(resting, time);
  }

  /** Cancels what rests in a market. */
  cancelAll(ticker: string, time: EpochMicros): void {
    for (const resting of this.#resting.in(ticker)) this.#drop(resting, time);
  }

  /** What is displayed in a market has changed. */
  observe(ticker: string, time: EpochMicros): void {
    const orders = this.#resting.in(ticker);
    const display = this.#options.displayOf(ticker);
    if (orders.length === 0 || display === undefined) return;
    for (const resting of orders) {
      const { side, price } = bidOf(resting.order, resting.limit);
      const displayed = display.sizeAt(side, price);
      if (displayed !== undefined) this.#options.makers.observe(resting.place, displayed, time);
      if (!display.stale) this.#meet(resting, display, time);
    }
  }

  /**
   * The other side came to a resting order's price without a trade in the data: it would have hit the
   * order, and cannot rest there beside it.
   */
  #meet(resting: RestingOrder, display: MarketDisplay, time: EpochMicros): void {
    const { side, price } = bidOf(resting.order, resting.limit);
    const against = display.bestPrice(oppositeOf(side));
    if (against === NO_PRICE || against < ONE_DOLLAR - price) return;
    const asked: Order = { action: "buy", side, quantity: resting.left, limit: price };
    const met = walkBook.fill(this.#taken.remaining(display, time), asked);
    const quantity = met.reduce((sum, fill) => sum + fill.quantity, 0);
    if (quantity > 0 && this.#fillResting(resting, quantity, "through", time)) {
      this.#taken.take(display, asked, met, time);
    }
  }

  /**
   * Others traded `size` contracts at `yesPrice`, and the taker bought `taker`: that hit the bids for
   * the other outcome. Each contract fills one of the run's orders at most.
   */
  trade(ticker: string, taker: Side, yesPrice: Price, size: Quantity, time: EpochMicros): void {
    const hit = oppositeOf(taker);
    const price = hit === "yes" ? yesPrice : ONE_DOLLAR - yesPrice;
    let left = size;
    for (const resting of this.#resting.in(ticker)) {
      const bid = bidOf(resting.order, resting.limit);
      if (bid.side !== hit || bid.price < price || left <= 0) continue;
      const through = price < bid.price;
      const past = this.#options.makers.trade(resting.place, left, through, time);
      const quantity = Math.min(resting.left, past);
      if (quantity <= 0) continue;
      const assumption = through ? "through" : this.#options.makers.assumption;
      if (this.#fillResting(resting, quantity, assumption, time)) left -= quantity;
    }
  }

  /** The run has ended: tells why the orders were given that are not over. */
  finish(): void {
    this.#decisions.finish();
  }

  /** The desk as plain data. */
  save(): SavedDesk {
    return {
      submitted: this.#submitted,
      counts: this.counts,
      inFlight: [...this.#inFlight],
      resting: this.#resting.all.map(({ fees: _, ...plain }) => ({
        ...plain,
        place: { ...plain.place },
        fills: [...plain.fills],
      })),
      taken: this.#taken.save(),
      decisions: this.#decisions.save(),
    };
  }

  /** Takes over what {@link save} gave. */
  restore(saved: SavedDesk): void {
    this.#submitted = saved.submitted;
    this.#tally.restore(saved.counts);
    for (const [id, order] of saved.inFlight) this.#inFlight.set(id, order);
    for (const plain of saved.resting) {
      const fees = this.#charges.reopen(plain.order.ticker, plain.arrival, plain.fills);
      this.#resting.add({ ...plain, place: { ...plain.place }, fills: [...plain.fills], fees });
    }
    this.#taken.restore(saved.taken);
    this.#decisions.restore(saved.decisions);
  }

  /** Why an order gets nothing, or `undefined` when it got something or rests. */
  #enter(
    id: OrderId,
    order: NewOrder,
    display: MarketDisplay | undefined,
    time: EpochMicros,
  ): RefusalReason | undefined {
    const barred = this.#options.barredFrom(order, time);
    if (barred !== undefined) return barred;
    if (display === undefined) return "no book";
    if (order.action === "sell") {
      const key = keyOf(order);
      const held = this.#portfolio.position(key)?.quantity ?? 0;
      if (held - this.#resting.offered(key) < order.quantity) return "not held";
    }
    return order.liquidity === "maker"
      ? this.#rest(id, order, display, time)
      : this.#take(id, order, display, time);
  }

  #take(
    id: OrderId,
    order: NewOrder,
    display: MarketDisplay,
    time: EpochMicros,
  ): RefusalReason | undefined {
    const { action, side, quantity } = order;
    const { fills: model } = this.#options;
    const asked: Order = order.limit === undefined
      ? { action, side, quantity }
      : { action, side, quantity, limit: order.limit };
    const fills = model.fill(this.#taken.remaining(display, time), asked);
    if (fills.length === 0) return display.stale ? "stale book" : "no liquidity";
    const fees = this.#charges.open(order.ticker, "taker", time);
    const assumption = takenFrom(display, order);
    const charged = fees && this.#charges.charge(fees, fills, assumption, this.#explainTo(id));
    if (charged === undefined) return "unknown fee";
    const total = totalsOf(charged);
    if (total.quantity > quantity) {
      throw new RangeError(
        `Cannot fill ${total.quantity} of ${quantity}: ${model.name} gave too much`,
      );
    }
    if (cashAfter(this.available, action, total) < 0) return "cash";
    this.#taken.take(display, asked, fills, time);
    const missing = quantity - total.quantity;
    const status = missing > 0 ? "partial" : "filled";
    this.#tally.count(status);
    this.#book(id, order, charged, time);
    this.#report({ id, order, time, status, fills: charged, missing });
    return undefined;
  }

  #rest(
    id: OrderId,
    order: NewOrder,
    display: MarketDisplay,
    time: EpochMicros,
  ): RefusalReason | undefined {
    const limit = order.limit!;
    const bid = bidOf(order, limit);
    const against = display.bestPrice(oppositeOf(bid.side));
    if (against !== NO_PRICE && against >= ONE_DOLLAR - bid.price) return "would take";
    const fees = this.#charges.open(order.ticker, "maker", time);
    const held = this.#charges.worstCase(order, limit, order.quantity, time);
    if (fees === undefined || held === undefined) return "unknown fee";
    if (held > this.available) return "cash";
    const place = this.#options.makers.join(display.sizeAt(bid.side, bid.price), time);
    const left = order.quantity;
    this.#resting.add({ id, order, arrival: time, limit, left, place, held, fills: [], fees });
    this.#report({ id, order, time, status: "resting", fills: [], missing: left });
    return undefined;
  }

  /** False when that could not be paid, and the order is cancelled. */
  #fillResting(
    resting: RestingOrder,
    quantity: Quantity,
    assumption: FillAssumption,
    time: EpochMicros,
  ): boolean {
    const { id, order, limit, arrival } = resting;
    const fills = [{ price: limit, quantity }];
    const explain = this.#explainTo(id);
    const [charged] = this.#charges.charge(resting.fees, fills, assumption, explain) ?? [];
    const affordable = charged !== undefined &&
      cashAfter(this.available + resting.held, order.action, totalsOf([charged])) >= 0;
    if (!affordable) {
      // Many small fills can cost more in rounded fees than the one that was held back for.
      this.#drop(resting, time);
      return false;
    }
    resting.fills.push(charged);
    const missing = resting.left - quantity;
    const held = missing === 0 ? 0 : this.#charges.worstCase(order, limit, missing, arrival) ?? 0;
    this.#resting.reduce(resting, quantity, held);
    if (missing === 0) this.#tally.count("filled");
    this.#book(id, order, [charged], time);
    const status = missing === 0 ? "filled" : "partial";
    this.#report({ id, order, time, status, fills: [charged], missing });
    return true;
  }

  #drop(resting: RestingOrder, time: EpochMicros): void {
    const { id, order, left: missing, fills } = resting;
    this.#resting.remove(resting);
    this.#tally.count(fills.length > 0 ? "partial" : "cancelled");
    this.#report({ id, order, time, status: "cancelled", fills: [], missing });
  }

  #book(id: OrderId, order: NewOrder, fills: readonly ChargedFill[], time: EpochMicros): void {
    const { action, reason = "sell" } = order;
    const position = this.#portfolio[action](keyOf(order), time, id, fills);
    this.#options.onLedger(position.quantity === 0 ? { position, reason } : undefined);
  }

  #report(report: OrderReport): void {
    this.#decisions.reported(report);
    this.#options.onReport(report);
  }

  #explainTo(id: OrderId): ((text: string) => void) | undefined {
    return this.#decisions.isHeard ? (text) => this.#decisions.charged(id, text) : undefined;
  }
}

function keyOf({ ticker, side, group = "" }: NewOrder): PositionKey {
  return { ticker, side, group };
}

function takenFrom(display: MarketDisplay, { action, side }: NewOrder): FillAssumption {
  if (display.source === "book") return "book";
  return display.knowsSize(action === "buy" ? oppositeOf(side) : side) ? "quote" : "quote-size";
}

function cashAfter(
  cash: Money,
  action: "buy" | "sell",
  { value, fee }: { readonly value: Money; readonly fee: Money },
): Money {
  return cash - fee + (action === "buy" ? -value : value);
}
