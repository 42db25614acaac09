import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { CommandContext } from "../command_context.ts";
import type { JsonObject } from "./json_fields.ts";

/** A JSON object of a shape that the test knows. */
type Json = Readonly<Record<string, unknown>>;

/** A terminal that keeps what is written, and the context of a command on it. */
export interface KeptOutput {
  /** What a command runs with. */
  readonly context: CommandContext;
  /** The standard output so far. */
  out(): string;
  /** The standard error so far. */
  err(): string;
}

/** Gives a command somewhere to write. */
export function keptOutput(columns = 80): KeptOutput {
  let out = "";
  let err = "";
  const terminal = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    columns,
    color: false,
    live: false,
    piped: true,
  };
  const { signal } = new AbortController();
  const context = { terminal, stdin: Readable.from([]), env: {}, signal };
  return { context, out: () => out, err: () => err };
}

/** Writes a run's folder below `out`: the summary, and a line for each value of the lists. */
export async function writeSample(
  out: string,
  runId: string,
  files: {
    readonly summary: Json;
    readonly trades: readonly Json[];
    readonly decisions?: readonly Json[];
  },
): Promise<string> {
  const folder = join(out, runId);
  await mkdir(folder, { recursive: true });
  const lines = (list: readonly Json[]) => list.map((each) => `${JSON.stringify(each)}\n`).join("");
  await writeFile(join(folder, "summary.json"), JSON.stringify({ runId, ...files.summary }));
  await writeFile(join(folder, "trades.jsonl"), lines(files.trades));
  if (files.decisions !== undefined) {
    await writeFile(join(folder, "decisions.jsonl"), lines(files.decisions));
  }
  return folder;
}

/** 10 contracts of YES for $4.50, sold for $5.00, with fees of 18¢ and 17.5¢. */
export const SAMPLE_TRADE: JsonObject = {
  ticker: "KXA-26JAN05-T1",
  side: "yes",
  group: "spread-tightening+volume-onset",
  entryPrice: 0.45,
  exitPrice: 0.5,
  contracts: 10,
  entryTime: "2026-01-05T10:00:00.250Z",
  exitTime: "2026-01-05T10:10:00.500Z",
  reason: "take-profit",
  pnl: 0.145,
  fees: 0.355,
  entryCost: 4.68,
  touchedGap: false,
  assumptions: ["book", "quote-size"],
  entryOrder: 7,
  fills: [
    {
      time: "2026-01-05T10:00:00.250Z",
      action: "buy",
      price: 0.45,
      contracts: 10,
      fee: 0.18,
      assumption: "book",
      order: 7,
    },
    {
      time: "2026-01-05T10:10:00.500Z",
      action: "sell",
      price: 0.5,
      contracts: 10,
      fee: 0.175,
      assumption: "quote-size",
      order: 9,
    },
  ],
};

/** Why {@link SAMPLE_TRADE} was entered and closed, and the decision of another trade. */
export const SAMPLE_DECISIONS: readonly JsonObject[] = [
  {
    order: 7,
    time: "2026-01-05T10:00:00Z",
    ticker: "KXA-26JAN05-T1",
    action: "buy",
    side: "yes",
    group: "spread-tightening+volume-onset",
    because: {
      signals: [
        {
          name: "spread-tightening",
          weight: 1,
          score: 0.6,
          confidence: 0.9,
          agrees: true,
          inputs: { samples: 18, usualSpreadCents: 4.5, recentSpreadCents: 1.8 },
        },
        {
          name: "volume-onset",
          weight: 0.5,
          score: -0.2,
          confidence: 1,
          agrees: false,
          inputs: { recentDollars: 1_234_500_000, recentYesContracts: 12_050 },
        },
      ],
      strength: 0.54,
      threshold: 0.15,
      lastPrice: 4400,
      limit: 5400,
      contracts: 1000,
      dollarVolume: 98_765_432_100,
    },
    arrival: "2026-01-05T10:00:00.250Z",
    book: { source: "book", stale: false, yes: [[0.43, 120], [0.42, 15.5]], no: [[0.55, 40]] },
    status: "filled",
    fees: ["0.07 × 10 × 0.45 × 0.55 = $0.173250, charged $0.18"],
  },
  { order: 8, time: "2026-01-05T10:01:00Z", ticker: "KXB", action: "buy", because: {}, fees: [] },
  {
    order: 9,
    time: "2026-01-05T10:10:00.250Z",
    ticker: "KXA-26JAN05-T1",
    action: "sell",
    side: "yes",
    group: "spread-tightening+volume-onset",
    because: { reason: "take-profit", bid: 5000, averageEntryPrice: 4500, heldMicros: 600_000_000 },
    arrival: "2026-01-05T10:10:00.500Z",
    book: { source: "quote", stale: true, yes: [[0.5, 10]], no: [] },
    status: "filled",
    fees: [],
  },
];
