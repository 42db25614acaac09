import type { ParameterValue, TrialFigures, TrialParameters } from "@ssmd/backtest";
import { type JournalStorage, LineLog } from "@ssmd/core";

/** A finished trial, as the log keeps it. */
export interface LoggedTrial {
  /** The trial's id, which stands for data, configuration and engine. */
  readonly id: string;
  /** What told it from the others, for people. */
  readonly parameters: TrialParameters;
  /** What it came to. */
  readonly figures: TrialFigures;
  /** Whether some of the stored data could not be read. */
  readonly isDamaged: boolean;
}

/** The name of the log in a sweep's folder. */
export const TRIAL_LOG = "trials.jsonl";

/**
 * The finished trials of a sweep in `trials.jsonl`, a line each, durable before the next is begun. A
 * killed sweep goes on from it. One writer at a time; close it.
 */
export class TrialLog {
  /** The trials that are in the file, by their id. */
  readonly finished: ReadonlyMap<string, LoggedTrial>;
  /** Lines of the file that are no trial: their trials are run again. */
  readonly unusable: number;
  readonly #log: LineLog;
  readonly #finished: Map<string, LoggedTrial>;

  private constructor(log: LineLog, finished: Map<string, LoggedTrial>, unusable: number) {
    this.#log = log;
    this.#finished = finished;
    this.finished = finished;
    this.unusable = unusable;
  }

  /** Reads what is there and cuts off a line that a kill left unfinished. */
  static async open(storage: JournalStorage): Promise<TrialLog> {
    const finished = new Map<string, LoggedTrial>();
    const decoder = new TextDecoder();
    let unusable = 0;
    const log = await LineLog.open(storage, TRIAL_LOG, (line) => {
      const trial = parseTrial(decoder.decode(line));
      if (trial === undefined) unusable++;
      else finished.set(trial.id, trial);
    });
    return new TrialLog(log, finished, unusable);
  }

  /** Adds trials; they survive a crash when this resolves. Rejects with `write_failed`. */
  async append(trials: readonly LoggedTrial[]): Promise<void> {
    if (trials.length === 0) return;
    const lines = trials.map((trial) => `${JSON.stringify(trial)}\n`).join("");
    await this.#log.append(new TextEncoder().encode(lines));
    for (const trial of trials) this.#finished.set(trial.id, trial);
  }

  /** Waits for what is under way and closes the file; twice is safe. */
  close(): Promise<void> {
    return this.#log.close();
  }
}

function parseTrial(text: string): LoggedTrial | undefined {
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  const { id, parameters, figures, isDamaged } = value;
  if (typeof id !== "string" || !isObject(parameters) || !isObject(figures)) return undefined;
  if (typeof isDamaged !== "boolean") return undefined;
  const { returns } = figures;
  if (returns !== undefined && !(isObject(returns) && allNumbers(returns, RETURNS))) {
    return undefined;
  }
  if (!allNumbers(figures, FIGURES)) return undefined;
  // Checked member by member just now, and written by nobody else.
  return {
    id,
    parameters: parameters as Record<string, ParameterValue>,
    figures: figures as unknown as TrialFigures,
    isDamaged,
  };
}

const FIGURES = ["trades", "wins", "open", "pnl", "fees", "maxDrawdown", "touchedGap"];
const RETURNS = ["observations", "sharpe", "skewness", "kurtosis"];

function allNumbers(value: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === "number");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // counted as unusable
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
