import type { PaperRun, Trade } from "@ssmd/backtest";
import { type Clock, type EpochMicros, formatIsoTime, formatMoney, type Money } from "@ssmd/core";
import type { StatusLine } from "../ui/status_line.ts";
import type { Terminal } from "../ui/terminal.ts";
import { trimmed } from "../ui/numbers.ts";
import type { LiveMarkets } from "./live_markets.ts";

/** How often positions are drawn and new trades are looked for. */
const SHOW: EpochMicros = 1_000_000;

/** Shows a paper run while it lasts: a line for each closed position, and where the money is. */
export class RunWatch {
  readonly #run: PaperRun;
  readonly #markets: LiveMarkets;
  readonly #terminal: Terminal;
  readonly #status: StatusLine;
  readonly #json: boolean;
  readonly #clock: Clock;
  #shownAt: EpochMicros = 0;
  #told: number;

  /** Tells of trades from now on, with `json` as lines of JSON. */
  constructor(
    run: PaperRun,
    markets: LiveMarkets,
    output: { readonly terminal: Terminal; readonly status: StatusLine; readonly json: boolean },
    clock: Clock,
  ) {
    this.#run = run;
    this.#markets = markets;
    this.#terminal = output.terminal;
    this.#status = output.status;
    this.#json = output.json;
    this.#clock = clock;
    this.#told = run.results()[0]!.trades.length;
  }

  /** To be called whenever something may have happened; does little most of the time. */
  readonly look = (): void => {
    for (const ticker of this.#markets.takeSettled()) this.#run.learnSettlement(ticker);
    const now = this.#clock.now();
    if (now - this.#shownAt < SHOW) return;
    this.#shownAt = now;
    this.show();
  };

  /** Tells of what closed since the last time, and draws the state of the run. */
  show(): void {
    const [result] = this.#run.results();
    const [context] = this.#run.contexts;
    const { trades } = result!;
    if (trades.length > this.#told) this.#status.clear();
    for (const trade of trades.slice(this.#told)) {
      this.#terminal.out(this.#json ? `${JSON.stringify(trade)}\n` : `${lineOf(trade)}\n`);
    }
    this.#told = trades.length;
    this.#status.draw([
      { text: `equity ${dollars(context!.equity)}`, droppable: 0 },
      { text: `${context!.positions.length} open`, droppable: 1 },
      { text: `${trades.length} closed`, droppable: 2 },
      { text: `data to ${formatIsoTime(this.#run.now)}`, droppable: 3 },
    ]);
  }
}

function lineOf(trade: Trade): string {
  const { exitTime, ticker, side, contracts, entryPrice, exitPrice, reason, pnl } = trade;
  return [
    formatIsoTime(exitTime),
    ticker,
    `${contracts / 100} ${side}`,
    `${dollars(entryPrice)} → ${dollars(exitPrice)}`,
    reason,
    dollars(pnl),
  ].join("  ");
}

/** An amount as people write it. */
export function dollars(amount: Money): string {
  return `${amount < 0 ? "-" : ""}$${trimmed(formatMoney(Math.abs(amount)))}`;
}
