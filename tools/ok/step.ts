import { runCommand } from "../process/run_command.ts";

/** What a step came to. */
export interface StepResult {
  readonly ok: boolean;
  /** Shown only when the step failed. */
  readonly output: string;
  /** A few words behind the step's line. */
  readonly note?: string;
}

/** One named thing that must hold. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<StepResult>;
}

const LIMIT_MS = 20 * 60_000;

/** A step that holds when its command ends with 0. */
export function commandStep(
  name: string,
  command: string,
  args: readonly string[],
  cwd: string,
): Step {
  const run = async (): Promise<StepResult> => {
    const done = await runCommand(command, args, { cwd, limitMs: LIMIT_MS });
    // The closing line of the tests says more than "ok".
    const counts = /^\d+ passed, .*$/m.exec(done.stdout)?.[0];
    return {
      ok: done.code === 0,
      output: done.output || `${command} ended with ${done.code} and said nothing`,
      ...(counts === undefined ? {} : { note: counts }),
    };
  };
  return { name, run };
}
