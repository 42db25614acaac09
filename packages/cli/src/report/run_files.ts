import { messageOf, SsmdError } from "@ssmd/core";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
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
 * `not_found` without one, and `invalid_input` for files that are none of a run.
 */
export async function readRun(run: string, out: string): Promise<RunFiles> {
  const folder = await folderOf(run, out);
  const summary = parsed(join(folder, "summary.json"), await contentOf(folder, "summary.json"));
  const trades = linesOf(join(folder, "trades.jsonl"), await contentOf(folder, "trades.jsonl"));
  const decisions = await optionalContentOf(folder, "decisions.jsonl");
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

async function folderOf(run: string, out: string): Promise<string> {
  for (const folder of [run, join(out, run)]) {
    if ((await stat(join(folder, "summary.json")).catch(() => undefined))?.isFile()) return folder;
  }
  throw new SsmdError(
    "not_found",
    `Cannot find the run ${run}: neither ${run} nor ${
      join(out, run)
    } holds a summary.json; --out tells where runs are`,
  );
}

function contentOf(folder: string, name: string): Promise<string> {
  return readFile(join(folder, name), "utf8").catch((cause: unknown) => {
    const reason = messageOf(cause);
    throw new SsmdError("not_found", `Cannot read the run ${folder}: ${reason}`, { cause });
  });
}

async function optionalContentOf(folder: string, name: string): Promise<string | undefined> {
  const there = await stat(join(folder, name)).catch(() => undefined);
  return there === undefined ? undefined : await contentOf(folder, name);
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
    throw new SsmdError("invalid_input", `Cannot read ${where}: ${messageOf(cause)}`, { cause });
  }
  if (isObject(value)) return value;
  throw new SsmdError("invalid_input", `Cannot read ${where}: expected a JSON object`);
}
