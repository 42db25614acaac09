import type { SsmdErrorCode } from "@ssmd/core";
import type { SweepPass } from "./sweep_pass.ts";
import type { SweepSource } from "./sweep_source.ts";
import type { LoggedTrial } from "./trial_log.ts";

/** The one kind of message to a worker; the next follows when it has answered. */
export interface PassOrder {
  /** What all passes of the sweep have in common. */
  readonly source: SweepSource;
  /** What to run. */
  readonly pass: SweepPass;
}

/** An error on its way between threads, which keep only the message of one. */
export interface SentError {
  /** What it says. */
  readonly message: string;
  /** What an `SsmdError` says to programs. */
  readonly code?: SsmdErrorCode;
  /** Where it was thrown. */
  readonly stack?: string;
}

/** What a worker answers: progress, any number of times, then how the pass ended. */
export type PassAnswer =
  | { readonly type: "progress"; readonly share: number }
  | { readonly type: "finished"; readonly trials: readonly LoggedTrial[] }
  | { readonly type: "failed"; readonly error: SentError };
