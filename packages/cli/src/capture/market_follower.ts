import {
  backoffMs,
  type Clock,
  type EpochMicros,
  LineLog,
  messageOf,
  MICROS_PER_SECOND,
} from "@ssmd/core";
import { FileStorage } from "@ssmd/core/fs";
import {
  type KalshiRest,
  type LifecycleListener,
  MarketRecorder,
  type MarketUniverse,
} from "@ssmd/kalshi/live";
import { setTimeout as sleep } from "node:timers/promises";
import { MARKET_LOG } from "../market_files.ts";
import type { CaptureLog } from "./capture_log.ts";
import type { CapturePlan, MarketChoice } from "./capture_plan.ts";
import { chosenUniverse } from "./chosen_universe.ts";

/** How often REST is asked which markets there are; markets are created long before they open. */
const REFRESH: EpochMicros = 60 * MICROS_PER_SECOND;
/** How often the clock is asked what is due: a market that opened or closed, a refresh. */
const LOOK_MS = 1000;
/** After so long it is told that attempts fail, although it goes on trying. */
const SLOW_MS = 5000;
/** So many of the things that went wrong in one refresh are told line by line. */
const MOST_LINES = 5;

/** Knows which markets are open by the clock, and keeps what REST says of them beside the stream. */
export class MarketFollower {
  readonly #plan: CapturePlan;
  readonly #rest: KalshiRest;
  readonly #universe: MarketUniverse;
  readonly #clock: Clock;
  readonly #log: CaptureLog;
  #recorder: MarketRecorder | undefined;
  #problem: string | undefined = "the markets to follow are not known yet";
  #told: readonly string[] = [];

  /** Asks nothing yet. */
  constructor(
    plan: CapturePlan,
    choice: MarketChoice,
    rest: KalshiRest,
    clock: Clock,
    log: CaptureLog,
  ) {
    this.#plan = plan;
    this.#rest = rest;
    this.#clock = clock;
    this.#log = log;
    this.#universe = chosenUniverse(choice, rest, clock);
  }

  /** The markets to follow now; none before REST answered, and none at a rollover, is normal. */
  readonly tickers = (): readonly string[] => this.#universe.tickersAt(this.#clock.now());

  /** Takes over what lifecycle messages say, sooner than REST is asked again. */
  readonly lifecycle: LifecycleListener = {
    onMarket: (ticker, lifecycle) => {
      this.#universe.note(ticker, lifecycle);
      this.#recorder?.note(ticker, lifecycle);
    },
    onEvent: (event, series) => this.#universe.noteEvent(event, series),
  };

  /** Why no market can be followed; `undefined` when one can, or when there is none now. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Asks REST once. Failures are logged; what was known stays. Rejects only by `signal`. */
  async refresh(signal?: AbortSignal): Promise<boolean> {
    const { failures, problems, illegal, overflow, markets } = await this.#universe.refresh(signal);
    this.#tell("markets_unknown", failures);
    const found = [
      ...problems,
      ...(illegal > 0 ? [`markets left out, for their tickers are illegal: ${illegal}`] : []),
      ...(overflow > 0 ? [`markets left out, for they are too many: ${overflow}`] : []),
    ];
    // What nobody has mended is not said again every minute.
    this.#tell("market_problem", found.filter((problem) => !this.#told.includes(problem)));
    this.#told = found;
    this.#problem = markets > 0 || failures.length === 0
      ? undefined
      : `the markets to follow are not known: ${failures[0]}`;
    this.#log.note("markets", { known: markets, open: this.tickers().length, illegal, overflow });
    return failures.length === 0;
  }

  /**
   * Learns the markets, keeps the answers fresh and records market objects until `signal` aborts;
   * `onRefreshed` is called after each answer. To be called while the capture holds the stream.
   * Rejects only when the market log cannot be opened.
   */
  async run(signal: AbortSignal, onRefreshed: () => void): Promise<void> {
    await Promise.all([this.#keepFresh(signal, onRefreshed), this.#record(signal)]);
  }

  async #keepFresh(signal: AbortSignal, onRefreshed: () => void): Promise<void> {
    for (let failed = 0; !signal.aborted;) {
      const before = this.#rest.counts.retries;
      const slow = setTimeout(() => {
        const retries = this.#rest.counts.retries - before;
        if (retries === 0) return;
        this.#tell("markets_unknown", [`REST gives no usable answer; attempts so far: ${retries}`]);
      }, SLOW_MS);
      try {
        failed = await this.refresh(signal) ? 0 : failed + 1;
        onRefreshed();
      } catch (error) {
        if (signal.aborted) return;
        failed++;
        this.#tell("markets_unknown", [messageOf(error)]);
      } finally {
        clearTimeout(slow);
      }
      await this.#wait(
        failed === 0 ? REFRESH / 1000 : backoffMs(failed, 0.5, { maxMs: 60_000 }),
        signal,
      );
    }
  }

  #tell(event: string, reasons: readonly string[]): void {
    for (const reason of reasons.slice(0, MOST_LINES)) this.#log.write("warn", event, { reason });
    const more = reasons.length - MOST_LINES;
    if (more > 0) this.#log.write("warn", event, { reason: `${more} more of this kind` });
  }

  /** Waits until `ms` have passed by the clock, which may leap, or by waiting, since it may stand. */
  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const dueAt = this.#clock.now() + 1000 * ms;
    for (let left = ms; left > 0 && this.#clock.now() < dueAt; left -= LOOK_MS) {
      await pause(Math.min(left, LOOK_MS), signal);
      if (signal.aborted) return;
    }
  }

  async #record(signal: AbortSignal): Promise<void> {
    const { root, feed, stream } = this.#plan;
    const path = `${feed}/${stream}/${MARKET_LOG}`;
    const append = async (lines: Uint8Array): Promise<void> => (await opening).append(lines);
    const recorder = new MarketRecorder(this.#rest, append, { clock: this.#clock });
    const storage = new FileStorage(root);
    const opening = LineLog.open(storage, path, (line) => recorder.remember(line));
    const log = await opening;
    this.#recorder = recorder;
    try {
      const working = recorder.run(signal);
      let heard = 0;
      while (!signal.aborted) {
        recorder.follow(this.tickers());
        await pause(LOOK_MS, signal);
        const { lastError, counts: { errors, unusable } } = recorder;
        if (errors + unusable === heard) continue;
        heard = errors + unusable;
        this.#log.write("warn", "market_log", { reason: lastError, errors, unusable });
      }
      await working;
      this.#log.write("info", "market_log_closed", { path, ...recorder.counts });
    } finally {
      await log.close();
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined); // aborted: the caller looks
}
