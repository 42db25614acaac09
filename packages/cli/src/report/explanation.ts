import { SsmdError } from "@ssmd/core";
import { type JsonObject, listOf, numberOf, objectOf, textOf } from "./json_fields.ts";
import type { RunFiles } from "./run_files.ts";

/** What a run knows of one trade, in the words and units of its files. */
export interface Explanation {
  /** The run. */
  readonly runId: string;
  /** Its profile. */
  readonly profile: string;
  /** The trade's line in `trades.jsonl`, from 1. */
  readonly number: number;
  /** How many trades the run has. */
  readonly of: number;
  /** The line itself. */
  readonly trade: JsonObject;
  /** The decisions behind its orders, in the order in which they were taken. */
  readonly decisions: readonly JsonObject[];
  /** What the run did not keep, and how to get it. */
  readonly missing: readonly string[];
}

/** Gathers what `run` knows of trade `number`. Throws `SsmdError` `not_found` when there is no such. */
export function explanationOf(run: RunFiles, number: number): Explanation {
  const trade = run.trades[number - 1];
  if (trade === undefined) {
    throw new SsmdError(
      "not_found",
      `Cannot explain trade ${number} of ${run.runId}: its trades.jsonl has ${run.trades.length} lines`,
    );
  }
  const decisions = (run.decisions ?? []).filter(
    run.profile === "original" ? isOriginalEntryOf(trade) : isOrderOf(trade),
  );
  // The file has them as orders ended.
  decisions.sort((a, b) => (numberOf(a["order"]) ?? 0) - (numberOf(b["order"]) ?? 0));
  return {
    runId: run.runId,
    profile: run.profile,
    number,
    of: run.trades.length,
    trade,
    decisions,
    missing: missingOf(run, trade, decisions),
  };
}

function isOrderOf(trade: JsonObject): (decision: JsonObject) => boolean {
  const orders = new Set<number>();
  for (const order of [trade["entryOrder"], ...listOf(trade["fills"]).map(orderOf)]) {
    const id = numberOf(order);
    if (id !== undefined) orders.add(id);
  }
  return ({ order }) => orders.has(numberOf(order) ?? NaN);
}

function orderOf(fill: unknown): unknown {
  return objectOf(fill)["order"];
}

/** One model holds a market once at a time, so that the entry's time tells its entries apart. */
function isOriginalEntryOf(trade: JsonObject): (decision: JsonObject) => boolean {
  return (decision) =>
    ["model", "ticker", "side", "entryTime"].every((key) => decision[key] === trade[key]);
}

function missingOf(
  run: RunFiles,
  trade: JsonObject,
  decisions: readonly JsonObject[],
): string[] {
  const missing: string[] = [];
  if (run.decisions === undefined) {
    missing.push(
      `the run kept no decisions.jsonl, so that signals, window values${
        run.profile === "original" ? "" : " and books"
      } are not known: run "ssmd backtest" with this configuration alone`,
    );
  } else if (decisions.length === 0) {
    missing.push("decisions.jsonl has no decision for this trade: it may be of another run");
  }
  if (run.profile === "original") {
    missing.push(
      "profile original fills at the last price without looking at a book, and charges flat fees",
    );
  } else if (listOf(trade["fills"]).length === 0) {
    missing.push("the trade's line has no fills");
  }
  return missing;
}

/** Why the trade was entered, or `undefined` when that is not known. */
export function entryDecision({ trade, decisions, profile }: Explanation): JsonObject | undefined {
  if (profile === "original") return decisions[0];
  return decisions.find(({ order }) => order === trade["entryOrder"]) ??
    decisions.find(({ action }) => textOf(action) === "buy");
}
