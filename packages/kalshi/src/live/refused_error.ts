import { SsmdError } from "@ssmd/core";
import type { Refusal, RefusalDiagnosis } from "./refusal.ts";

/** The `SsmdError` `refused` of an answer that says no, with the answer and what it means. */
export class RefusedError extends SsmdError {
  /** The answer; its body is cut at 4096 bytes. */
  readonly refusal: Refusal;
  /** What it means. */
  readonly diagnosis: RefusalDiagnosis;

  /** `message` names the address and the diagnosis. */
  constructor(message: string, refusal: Refusal, diagnosis: RefusalDiagnosis) {
    super("refused", message);
    this.refusal = refusal;
    this.diagnosis = diagnosis;
  }
}
