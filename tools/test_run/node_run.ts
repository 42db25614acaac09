import { availableParallelism } from "node:os";
import process from "node:process";
import { runCommand } from "../process/run_command.ts";
import { type NodeEvent, NodeEvents } from "./node_events.ts";
import { withUnreported } from "./unreported.ts";
import type { TestPlan, TestResult } from "./result.ts";

/** What makes Node run our sources: TypeScript, and siblings from src instead of dist. */
export const NODE_FLAGS: readonly string[] = ["--import", "tsx", "--conditions=ssmd-source"];

/** How a line of node_reporter.mjs begins. */
const EVENT = '{"type":';

/** Runs the tests on Node, each file in a process of its own, with a dot for each file. */
export async function runOnNode(binary: string, plan: TestPlan): Promise<TestResult[]> {
  const events = new NodeEvents(plan.root);
  const files = new Set<string>();
  const flags = [
    ...NODE_FLAGS,
    "--test",
    `--test-concurrency=${availableParallelism()}`,
    `--test-timeout=${plan.testLimitMs}`,
    `--test-reporter=${new URL("./node_reporter.mjs", import.meta.url).href}`,
    "--test-reporter-destination=stdout",
  ];
  const done = await runCommand(binary, [...flags, ...plan.files], {
    cwd: plan.root,
    env: plan.env,
    limitMs: plan.limitMs,
    onLine: (line) => {
      if (!line.startsWith(EVENT)) return;
      const result = events.add(JSON.parse(line) as NodeEvent);
      if (result === undefined || files.has(result.file)) return;
      files.add(result.file);
      process.stdout.write(".");
    },
  });
  if (files.size > 0) process.stdout.write("\n");
  // The events were shown as results; what else it said may explain why there are no more of them.
  const output = done.output.split("\n").filter((line) => !line.startsWith(EVENT)).join("\n");
  return withUnreported(events.results, files, plan.files, { ...done, output });
}
