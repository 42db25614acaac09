import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../process/run_command.ts";
import { parseJunit } from "./junit.ts";
import type { TestPlan, TestResult } from "./result.ts";
import { withUnreported } from "./unreported.ts";

/** What makes Bun run our sources. */
export const BUN_FLAGS: readonly string[] = ["--conditions=ssmd-source"];

/** Runs the tests on Bun; a subtest made by t.test is not reported apart from its test. */
export async function runOnBun(binary: string, plan: TestPlan): Promise<TestResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "ssmd-bun-"));
  try {
    const report = join(folder, "report.xml");
    const flags = [
      ...BUN_FLAGS,
      "test",
      "--isolate",
      // Without it Bun ends a test after 5 s, and the others never do.
      `--timeout=${plan.testLimitMs}`,
      "--reporter=junit",
      `--reporter-outfile=${report}`,
    ];
    const files = plan.files.map((file) => `./${file}`);
    const done = await runCommand(binary, [...flags, ...files], {
      cwd: plan.root,
      env: plan.env,
      limitMs: plan.limitMs,
    });
    const cases = existsSync(report) ? parseJunit(readFileSync(report, "utf8")) : [];
    const results = cases.map(({ file, path, outcome, detail }): TestResult => ({
      file,
      name: path.join(" > "),
      outcome,
      ...(outcome === "failed" ? { detail } : {}),
    }));
    return withUnreported(results, new Set(cases.map(({ file }) => file)), plan.files, done);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
