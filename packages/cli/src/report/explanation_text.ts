import { grouped } from "../ui/numbers.ts";
import { type Column, facts, paragraph, table } from "../ui/table.ts";
import { styled, type Terminal } from "../ui/terminal.ts";
import { entryDecision, type Explanation } from "./explanation.ts";
import {
  dollarText,
  explainedValue,
  inlineValues,
  levelOf,
  plainNumber,
  secondsBetween,
  timeTextOf,
} from "./explained_values.ts";
import { isObject, type JsonObject, listOf, numberOf, objectOf, textOf } from "./json_fields.ts";

const SIGNALS: readonly Column[] = [
  { head: "SIGNAL" },
  { head: "SCORE", align: "right" },
  { head: "CONFIDENCE", align: "right", droppable: 2 },
  { head: "WEIGHT", align: "right", droppable: 2 },
  { head: "COUNTS", align: "right", droppable: 1 },
  { head: "AGREES", droppable: 3 },
];
const BOOK: readonly Column[] = [
  { head: "YES BID", align: "right" },
  { head: "CONTRACTS", align: "right" },
  { head: "NO BID", align: "right" },
  { head: "CONTRACTS", align: "right" },
];
const FILLS: readonly Column[] = [
  { head: "TIME", droppable: 1 },
  { head: "ACTION" },
  { head: "CONTRACTS", align: "right" },
  { head: "PRICE", align: "right" },
  { head: "FEE", align: "right" },
  { head: "ORDER", align: "right", droppable: 3 },
  { head: "RESTS ON", droppable: 2 },
];

/** The explanation for people, at most `terminal.columns` wide. */
export function explanationText(explanation: Explanation, terminal: Terminal): string {
  const { trade, decisions, missing, profile } = explanation;
  const heading = (text: string): string => `\n${styled(terminal, "bold", text)}\n`;
  const entry = entryDecision(explanation);
  const others = decisions.filter((decision) => decision !== entry);
  const isExact = profile !== "original";
  const parts = [
    styled(
      terminal,
      "bold",
      `Trade ${explanation.number} of ${grouped(explanation.of)} in ${explanation.runId}`,
    ) + "\n",
    facts(tradeFacts(trade, profile), terminal.columns),
  ];
  if (entry !== undefined) {
    parts.push(heading("Why it was entered"), decisionText(entry, isExact, terminal));
  }
  const fills = listOf(trade["fills"]);
  if (fills.length > 0) {
    parts.push(heading("Fills"), table(FILLS, fills.map(fillRow), terminal.columns));
    parts.push(heading("Arithmetic"), facts(arithmetic(trade, fills), terminal.columns));
  }
  for (const decision of others) {
    const what = textOf(decision["action"]) === "sell" ? "closed" : "added to";
    parts.push(heading(`Why it was ${what}`), decisionText(decision, isExact, terminal));
  }
  if (missing.length > 0) {
    parts.push(heading("Not known"));
    for (const text of missing) parts.push(paragraph(text, terminal.columns - 2));
  }
  return parts.join("");
}

function tradeFacts(trade: JsonObject, profile: string): [string, string][] {
  const { ticker, side, entryTime, exitTime, contracts, reason } = trade;
  const isOriginal = profile === "original";
  const held = secondsBetween(entryTime, exitTime);
  const price = (value: unknown): string =>
    isOriginal ? `${String(value)} cents of YES` : dollarText(value);
  const assumptions = listOf(trade["assumptions"]).join(", ");
  return [
    ["market", textOf(ticker) ?? "–"],
    ["bought", `${String(contracts)} ${String(side)} at ${price(trade["entryPrice"])}`],
    ["model", modelOf(trade)],
    ["entered", timeTextOf(entryTime)],
    ["left", `${timeTextOf(exitTime)} at ${price(trade["exitPrice"])}`],
    ["held", held === undefined ? "–" : `${plainNumber(held)} s`],
    ["closed by", String(reason)],
    ["P&L", `${dollarText(trade["pnl"])}${isOriginal ? " without the fee of the entry" : ""}`],
    ["fees", `${dollarText(trade["fees"])}${isOriginal ? " at the exit" : ""}`],
    ...(isOriginal ? [] : [[
      "gap",
      trade["touchedGap"] === true ? "touched one: the data lack something in between" : "none",
    ] as [string, string]]),
    ...(assumptions === "" ? [] : [["rests on", assumptions] as [string, string]]),
  ];
}

function modelOf(trade: JsonObject): string {
  const names = textOf(trade["model"]) || textOf(trade["group"]) || "–";
  // Spaces, so that long ones can be broken.
  return names.replaceAll("+", " + ");
}

function decisionText(decision: JsonObject, isExact: boolean, terminal: Terminal): string {
  // The original's lines hold the reasons themselves, all others below "because".
  const because = isObject(decision["because"]) ? decision["because"] : decision;
  const signals = listOf(because["signals"]).map(objectOf);
  const width = terminal.columns;
  const rows: [string, string][] = orderFacts(decision);
  for (const [name, value] of Object.entries(because)) {
    if (name === "signals" || (because === decision && name in ORIGINAL_KEYS)) continue;
    const text = isObject(value)
      ? inlineValues(value, isExact)
      : explainedValue(name, value, isExact);
    rows.push([name, text]);
  }
  const parts = [facts(rows, width)];
  if (signals.length > 0) {
    parts.push("\n", table(SIGNALS, signals.map(signalRow), width), "\n");
    parts.push(facts(
      signals.map(({ name, inputs }) => [String(name), inlineValues(inputs, isExact) || "–"]),
      width,
    ));
  }
  const book = decision["book"];
  if (isObject(book)) parts.push("\n", bookText(book, width));
  const fees = listOf(decision["fees"]);
  if (fees.length > 0) {
    parts.push("\n", facts(fees.map((text, index) => [`fee ${index + 1}`, String(text)]), width));
  }
  return parts.join("");
}

/** What names the trade in a line of the original's decisions. */
const ORIGINAL_KEYS = { model: 0, ticker: 0, side: 0, entryTime: 0 };

function orderFacts(decision: JsonObject): [string, string][] {
  const { order, time, arrival, status, refusal } = decision;
  if (order === undefined) return [];
  const latency = secondsBetween(time, arrival);
  const refused = refusal === undefined ? "" : `: ${String(refusal)}`;
  return [
    ["decided", timeTextOf(time)],
    [
      "arrived",
      arrival === undefined
        ? "never: the data ended before"
        : `${timeTextOf(arrival)}${
          latency === undefined ? "" : `, ${plainNumber(latency * 1000)} ms later`
        }`,
    ],
    ["order", `${String(order)}${status === undefined ? "" : `, ${String(status)}${refused}`}`],
  ];
}

function signalRow(signal: JsonObject): string[] {
  const [score, confidence, weight] = ["score", "confidence", "weight"].map((key) =>
    numberOf(signal[key])
  );
  const all = score !== undefined && confidence !== undefined && weight !== undefined;
  const number = (value: number | undefined): string =>
    value === undefined ? "–" : plainNumber(value);
  return [
    String(signal["name"]),
    number(score),
    number(confidence),
    number(weight),
    all ? plainNumber(Math.abs(score) * confidence * weight) : "–",
    signal["agrees"] === undefined ? "" : signal["agrees"] === true ? "yes" : "no",
  ];
}

function bookText(book: JsonObject, width: number): string {
  const [yes, no] = ["yes", "no"].map((side) => listOf(book[side]).map(levelOf));
  const rows = Array.from({ length: Math.max(yes!.length, no!.length) }, (_, index) => [
    ...(yes![index] ?? ["", ""]),
    ...(no![index] ?? ["", ""]),
  ]);
  const source = book["source"] === "quote" ? "the last ticker's quotes" : "the recorded book";
  const stale = book["stale"] === true ? ", stale: it may have been wrong" : "";
  const head = paragraph(`On arrival, ${source}${stale}`, width - 2);
  return head + (rows.length === 0 ? "  nothing was displayed\n" : table(BOOK, rows, width));
}

function fillRow(value: unknown): string[] {
  const fill = objectOf(value);
  const contracts = numberOf(fill["contracts"]);
  return [
    timeTextOf(fill["time"]),
    String(fill["action"]),
    contracts === undefined ? "–" : plainNumber(contracts),
    dollarText(fill["price"]),
    dollarText(fill["fee"]),
    fill["order"] === undefined ? "" : String(fill["order"]),
    String(fill["assumption"] ?? ""),
  ];
}

/** What was paid and received, from the fills; their sum is the trade's P&L. */
function arithmetic(trade: JsonObject, fills: readonly unknown[]): [string, string][] {
  const sums = { buy: 0, out: 0, fees: 0 };
  for (const each of fills) {
    const fill = objectOf(each);
    const [contracts = 0, price = 0, fee = 0] = ["contracts", "price", "fee"].map((key) =>
      numberOf(fill[key])
    );
    // Hundredths of a contract × 1/10,000 dollar is exact in 1/1,000,000 dollar.
    const value = Math.round(contracts * 100) * Math.round(price * 10_000);
    if (textOf(fill["action"]) === "buy") sums.buy += value;
    else sums.out += value;
    sums.fees += Math.round(fee * 1e6);
  }
  const dollars = (micros: number): string => dollarText(micros / 1e6);
  const pnl = sums.out - sums.buy - sums.fees;
  const agrees = pnl === Math.round((numberOf(trade["pnl"]) ?? NaN) * 1e6);
  return [
    ["received", dollars(sums.out)],
    ["paid", dollars(sums.buy)],
    ["fees", dollars(sums.fees)],
    [
      "P&L",
      `${dollars(sums.out)} - ${dollars(sums.buy)} - ${dollars(sums.fees)} = ${dollars(pnl)}${
        agrees ? "" : `, but the trade says ${dollarText(trade["pnl"])}`
      }`,
    ],
  ];
}
