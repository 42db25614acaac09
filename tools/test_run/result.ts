/** The runtimes that every test runs on, in this order. */
export const RUNTIMES = ["node", "deno", "bun"] as const;

/** One of the runtimes. */
export type RuntimeName = (typeof RUNTIMES)[number];

/** What became of one test: a test without subtests, or a program of examples/. */
export interface TestResult {
  /** Relative to the root; empty where the runtime does not tell. */
  readonly file: string;
  /** The suites around it and its own name, joined by " > ". */
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Why it was skipped, where the runtime tells. */
  readonly reason?: string;
  /** What was thrown, and what the test printed, where the runtime tells. */
  readonly detail?: string;
}

/** What one runtime reported. */
export interface RuntimeResult {
  readonly runtime: RuntimeName;
  readonly version: string;
  readonly seconds: number;
  readonly results: readonly TestResult[];
}

/** What is run, and for how long at most. */
export interface TestPlan {
  readonly root: string;
  /** Test files, relative to the root. */
  readonly files: readonly string[];
  /** Programs that must end with 0, relative to the root. */
  readonly examples: readonly string[];
  /** Milliseconds for all tests of one runtime. */
  readonly limitMs: number;
  /** Milliseconds for one test or one example; Deno has no such limit for a test. */
  readonly testLimitMs: number;
  readonly env: Readonly<Record<string, string>>;
}

/** The last lines of an output, for a failure that has no better explanation. */
export function tailOf(output: string, lines = 40): string {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}
