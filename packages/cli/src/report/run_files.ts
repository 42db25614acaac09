import { messageOf, SsmdError } from "@ssmd/core";
import { readFile, stat } from "node:fs/promises";
import { isAbsolute, join, normalize } from "node:path";
import { isObject, type JsonObject, textOf } from "./json_fields.ts";

/** What a run left in its folder. */
export interface RunFiles {
  /** The folder. */
  readonly folder: string;
  /** The run's id as its summary has it, else the folder as it was named. */
  readonly runId: string;
  /** `default` or `original`. */
  readonly profile: string;
  /** `summary.json`. */
  readonly summary: JsonObject;
  /** The lines of `trades.jsonl`; trade 1 is the first. */
  readonly trades: readonly JsonObject[];
  /** The lines of `decisions.jsonl`; `undefined` when the run kept none. */
  readonly decisions?: readonly JsonObject[];
}

/**
 * Reads the run in the folder `run`, or else in the folder `run` below `out`. Throws `SsmdError`
 * `not_found` without one or without one of its files, and `invalid_input` for files that are none
 * of a run or cannot be read; its message says what to do.
 */
export async function readRun(run: string, out: string): Promise<RunFiles> {
  const folder = await folderOf(run, out);
  const summary = parsed(join(folder, "summary.json"), await contentOf(folder, "summary.json"));
  const trades = linesOf(join(folder, "trades.jsonl"), await contentOf(folder, "trades.jsonl"));
  const decisions = await textIn(folder, "decisions.jsonl");
  return {
    folder,
    runId: textOf(summary["runId"]) ?? run,
    profile: textOf(summary["profile"]) ?? "default",
    summary,
    trades,
    ...(decisions === undefined
      ? {}
      : { decisions: linesOf(join(folder, "decisions.jsonl"), decisions) }),
  };
}

/** What makes a run whole again: its folder is not written over. */
const AGAIN = 'remove the folder and run its "ssmd backtest" again';

async function folderOf(run: string, out: string): Promise<string> {
  const places = new Set([normalize(run), ...(isAbsolute(run) ? [] : [join(out, run)])]);
  for (const folder of places) {
    if ((await stat(join(folder, "summary.json")).catch(() => undefined))?.isFile()) return folder;
  }
  const [first, second] = places;
  const nowhere = (await stat(run).catch(() => undefined))?.isFile()
    ? `${run} is a file, expected a run's folder`
    : second === undefined
    ? `${first} holds no summary.json`
    : `neither ${first} nor ${second} holds a summary.json`;
  throw new SsmdError(
    "not_found",
    `Cannot find the run ${
      JSON.stringify(run)
    }: ${nowhere}; --out tells where runs are, and "ssmd backtest … --out DIR" makes one`,
  );
}

async function contentOf(folder: string, name: string): Promise<string> {
  const content = await textIn(folder, name);
  if (content !== undefined) return content;
  throw new SsmdError(
    "not_found",
    `Cannot read the run ${folder}: its ${name} is missing; ${AGAIN}`,
  );
}

/** The text of a run's file; `undefined` when there is no such file. */
function textIn(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name);
  return readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw new SsmdError("invalid_input", `Cannot read ${path}: ${messageOf(cause)}`, { cause });
  });
}

function linesOf(path: string, content: string): JsonObject[] {
  return content.split("\n").flatMap((line, index) =>
    line.trim() === "" ? [] : [parsed(`${path}:${index + 1}`, line)]
  );
}

function parsed(where: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(where, messageOf(cause), cause);
  }
  if (isObject(value)) return value;
  throw damaged(where, "expected a JSON object");
}

function damaged(where: string, problem: string, cause?: unknown): SsmdError {
  return new SsmdError(
    "invalid_input",
    `Cannot read ${where}: it is cut or damaged (${problem}); ${AGAIN}`,
    cause === undefined ? {} : { cause },
  );
}
