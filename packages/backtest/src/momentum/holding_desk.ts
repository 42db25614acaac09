import type { EpochMicros } from "@ssmd/core";
import {
  isOver,
  type NewOrder,
  type OrderId,
  type OrderReport,
  type RefusalReason,
} from "../order.ts";
import type { StrategyContext } from "../strategy.ts";
import { REFILL } from "../taken_liquidity.ts";
import type { ExactSettings } from "./exact_settings.ts";
import { type ExitReason, exitReason, offerPrice, takeProfitPrice } from "./exit_rules.ts";
import { type Holding, newHolding } from "./holding.ts";
import type { ExecutionConfig } from "./momentum_config.ts";

/** What the engine has in one market. */
export interface HeldMarket {
  /** The market's ticker. */
  readonly ticker: string;
  /** What the models have in it, in the order in which they entered. */
  readonly holdings: Holding[];
  /** Until when nothing is entered after an exit. */
  cooldownUntil: EpochMicros;
  /** When it closes, as far as that is known now; `Infinity` while it is not. */
  closeTime: EpochMicros;
}

/** An order of the desk that is not over. */
interface SentOrder {
  readonly market: HeldMarket;
  readonly holding: Holding;
  readonly role: "entry" | "exit" | "offer";
}

/** Told of what concerns the engine. */
export interface HoldingEvents {
  /** An entry got nothing. */
  notEntered(market: HeldMarket, reason: RefusalReason | "not filled"): void;
  /** The first contract of an entry was bought. */
  entered(): void;
  /** The last contract of a holding is gone. */
  closed(reason: string): void;
}

const EXIT_TAG = "exit ";
const ENTRY_TAG = "entry ";

/**
 * Takes positions from entry to exit: sends the orders, hears of them, and closes by price, by time
 * (also when the market is silent) and before the market's close as it is known, whenever that
 * becomes known. What is on its way counts: a holding has one entry and one exit at a time. An exit
 * that got nothing or too little is tried again with the market's next event, one that got too little
 * also when what it took counts as filled up; a market that is stale or without a bid waits for one.
 */
export class HoldingDesk {
  readonly #settings: ExactSettings;
  readonly #execution: ExecutionConfig;
  readonly #events: HoldingEvents;
  readonly #orders = new Map<OrderId, SentOrder>();
  readonly #markets = new Map<string, HeldMarket>();

  /** Reports to `events`. */
  constructor(settings: ExactSettings, execution: ExecutionConfig, events: HoldingEvents) {
    this.#settings = settings;
    this.#execution = execution;
    this.#events = events;
  }

  /**
   * The close of `market` is known to be another one: what is held is closed before that, or now when
   * it was due and had been given up as too late.
   */
  moveClose(context: StrategyContext, market: HeldMarket, closeTime: EpochMicros): void {
    market.closeTime = closeTime;
    if (!market.holdings.some(({ quantity }) => quantity > 0)) return;
    this.#setCloseTimer(context, market);
    this.review(context, market);
  }

  /** Sends an entry of `order.group` in `market`, which must have no holding of that group. */
  enter(context: StrategyContext, market: HeldMarket, order: NewOrder, group: string): void {
    const id = context.submit(order);
    const holding = newHolding(group, order.side, id);
    market.holdings.push(holding);
    this.#markets.set(market.ticker, market);
    this.#orders.set(id, { market, holding, role: "entry" });
  }

  /** Closes what should be closed in `market`, as far as that is possible now. */
  review(context: StrategyContext, market: HeldMarket): void {
    const { holdings } = market;
    for (let index = 0; index < holdings.length; index++) {
      const holding = holdings[index]!;
      if (holding.quantity > 0) this.#review(context, market, holding);
    }
  }

  /** Takes over `market` as it was saved, with its orders. */
  adopt(market: HeldMarket): void {
    this.#markets.set(market.ticker, market);
    for (const holding of market.holdings) {
      const { entryOrder, exitOrder, offerOrder } = holding;
      if (entryOrder !== 0) this.#orders.set(entryOrder, { market, holding, role: "entry" });
      if (exitOrder !== 0) this.#orders.set(exitOrder, { market, holding, role: "exit" });
      if (offerOrder !== 0) this.#orders.set(offerOrder, { market, holding, role: "offer" });
    }
  }

  /** Goes on with the holding that the order belongs to. */
  onOrder(context: StrategyContext, report: OrderReport): void {
    const sent = this.#orders.get(report.id);
    if (sent === undefined) return;
    const { market, holding, role } = sent;
    const over = isOver(report);
    if (over) {
      this.#orders.delete(report.id);
      if (holding.cancelling === report.id) holding.cancelling = 0;
    }
    if (report.fills.length > 0) {
      const position = context.position(market.ticker, holding.side, holding.group);
      holding.quantity = position?.quantity ?? 0;
      holding.cost = position?.cost ?? 0;
    }
    if (role === "entry") this.#afterEntry(context, market, holding, report, over);
    else this.#afterExit(context, market, holding, report, over, role);
  }

  /** Does what a timer of the desk is for. */
  onTimer(context: StrategyContext, tag: string): void {
    if (tag.startsWith(EXIT_TAG)) {
      const market = this.#markets.get(tag.slice(EXIT_TAG.length));
      if (market !== undefined) this.review(context, market);
    } else if (tag.startsWith(ENTRY_TAG)) {
      const id = Number(tag.slice(ENTRY_TAG.length));
      const sent = this.#orders.get(id);
      if (sent !== undefined) this.#cancel(context, sent.holding, id);
    }
  }

  /** Forgets what the exchange has paid out. */
  onSettled(context: StrategyContext, ticker: string): void {
    const market = this.#markets.get(ticker);
    if (market === undefined) return;
    for (const holding of [...market.holdings]) {
      const position = context.position(ticker, holding.side, holding.group);
      if (position === undefined && holding.quantity > 0) {
        holding.quantity = 0;
        this.#close(context, market, holding, "settlement");
      }
    }
  }

  #review(context: StrategyContext, market: HeldMarket, holding: Holding): void {
    if (holding.exitOrder !== 0 || holding.cancelling !== 0) return;
    const bid = context.bestBid(market.ticker, holding.side) ?? 0;
    const { closeTime } = market;
    const reason = exitReason(this.#settings, holding, closeTime, bid, context.now);
    const offers = this.#execution.takeProfit === "maker" && !holding.takesGains;
    if (reason === undefined || (reason === "take-profit" && offers)) {
      if (offers && holding.offerOrder === 0 && holding.entryOrder === 0) {
        if (!context.isStale(market.ticker)) this.#offer(context, market, holding);
      }
      return;
    }
    // From the close on nothing trades; what is left waits for the settlement.
    if (bid <= 0 || context.now >= closeTime || context.isStale(market.ticker)) return;
    const resting = holding.offerOrder || holding.entryOrder;
    if (resting !== 0) this.#cancel(context, holding, resting);
    else this.#exit(context, market, holding, reason);
  }

  #exit(
    context: StrategyContext,
    market: HeldMarket,
    holding: Holding,
    reason: ExitReason,
  ): void {
    const { cost, quantity } = holding;
    // A gain that is gone when the order arrives is not taken; all other exits take what they get.
    const limit = reason === "take-profit"
      ? { limit: takeProfitPrice(this.#settings, cost, quantity) }
      : {};
    holding.exitOrder = context.submit({
      ticker: market.ticker,
      action: "sell",
      side: holding.side,
      quantity,
      group: holding.group,
      reason,
      ...limit,
      because: { reason, ...heldFigures(context, market, holding) },
    });
    this.#orders.set(holding.exitOrder, { market, holding, role: "exit" });
  }

  #offer(context: StrategyContext, market: HeldMarket, holding: Holding): void {
    const { cost, quantity } = holding;
    const limit = offerPrice(this.#settings, cost, quantity);
    if (limit === undefined) {
      holding.takesGains = true;
      return;
    }
    holding.offerOrder = context.submit({
      ticker: market.ticker,
      action: "sell",
      side: holding.side,
      quantity,
      limit,
      liquidity: "maker",
      group: holding.group,
      reason: "take-profit",
      because: { reason: "take-profit", ...heldFigures(context, market, holding) },
    });
    this.#orders.set(holding.offerOrder, { market, holding, role: "offer" });
  }

  #afterEntry(
    context: StrategyContext,
    market: HeldMarket,
    holding: Holding,
    { id, status, fills, refusal, time }: OrderReport,
    over: boolean,
  ): void {
    if (status === "resting") {
      context.setTimer(time + this.#settings.makerTimeout, ENTRY_TAG + id);
    }
    if (fills.length > 0 && holding.entered === 0) {
      holding.entered = time;
      this.#events.entered();
      this.#setExitTimers(context, market, time);
    }
    if (!over) return;
    holding.entryOrder = 0;
    if (holding.quantity > 0) return this.#review(context, market, holding);
    // It was entered and is gone: only a settlement takes contracts while the entry still rests.
    if (holding.entered !== 0) return this.#close(context, market, holding, "settlement");
    remove(market, holding);
    this.#events.notEntered(market, refusal ?? "not filled");
  }

  #afterExit(
    context: StrategyContext,
    market: HeldMarket,
    holding: Holding,
    { status, order }: OrderReport,
    over: boolean,
    role: "exit" | "offer",
  ): void {
    if (over && role === "exit") holding.exitOrder = 0;
    if (over && role === "offer") holding.offerOrder = 0;
    // Its market was paid out while the order was on its way.
    if (!market.holdings.includes(holding)) return;
    if (holding.quantity <= 0) {
      return this.#close(context, market, holding, order.reason ?? "sell");
    }
    if (!over) return;
    if (role === "offer") {
      if (status === "refused") holding.takesGains = true;
      return this.#review(context, market, holding);
    }
    holding.takesGains = true;
    // What it took counts as filled up then, and in a silent market no event would tell.
    if (status === "partial") context.setTimer(context.now + REFILL, EXIT_TAG + market.ticker);
  }

  #setExitTimers(context: StrategyContext, market: HeldMarket, entered: EpochMicros): void {
    context.setTimer(entered + this.#settings.timeStop, EXIT_TAG + market.ticker);
    this.#setCloseTimer(context, market);
  }

  /** Timers of closes that have moved fire too, and find nothing to do. */
  #setCloseTimer(context: StrategyContext, { ticker, closeTime }: HeldMarket): void {
    if (closeTime === Infinity) return;
    context.setTimer(closeTime - this.#settings.forceExitBuffer, EXIT_TAG + ticker);
  }

  #cancel(context: StrategyContext, holding: Holding, id: OrderId): void {
    if (holding.cancelling !== 0) return;
    holding.cancelling = id;
    context.cancel(id);
  }

  #close(context: StrategyContext, market: HeldMarket, holding: Holding, reason: string): void {
    if (holding.entryOrder !== 0) {
      // What is left of a resting entry must not open the position again.
      this.#cancel(context, holding, holding.entryOrder);
      return;
    }
    remove(market, holding);
    market.cooldownUntil = context.now + this.#settings.cooldown;
    this.#events.closed(reason);
  }
}

/** What a decision to sell rested on. */
function heldFigures(
  context: StrategyContext,
  { ticker }: HeldMarket,
  { side, entered, cost, quantity }: Holding,
): Readonly<Record<string, unknown>> {
  return {
    bid: context.bestBid(ticker, side) ?? null,
    averageEntryPrice: Math.round(cost / quantity),
    contracts: quantity,
    heldMicros: context.now - entered,
  };
}

function remove(market: HeldMarket, holding: Holding): void {
  const index = market.holdings.indexOf(holding);
  if (index >= 0) market.holdings.splice(index, 1);
}
