import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "../process/run_command.ts";
import { denoFiles, denoResults } from "./deno_results.ts";
import { parseJunit } from "./junit.ts";
import type { TestPlan, TestResult } from "./result.ts";
import { withUnreported } from "./unreported.ts";

/** What makes Deno run our sources; the types are checked by tsc. */
export const DENO_FLAGS: readonly string[] = ["-A", "--no-check", "--conditions=ssmd-source"];

/** Runs the tests on Deno. */
export async function runOnDeno(binary: string, plan: TestPlan): Promise<TestResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "ssmd-deno-"));
  try {
    const report = join(folder, "report.xml");
    const unhandled = join(folder, "unhandled.jsonl");
    const preload = fileURLToPath(new URL("./deno_preload.ts", import.meta.url));
    const flags = [...DENO_FLAGS, `--preload=${preload}`, `--junit-path=${report}`];
    const files = plan.files.map((file) => `./${file}`);
    const done = await runCommand(binary, ["test", ...flags, ...files], {
      cwd: plan.root,
      env: { ...plan.env, DENO_NO_UPDATE_CHECK: "1", SSMD_UNHANDLED_ERRORS: unhandled },
      limitMs: plan.limitMs,
    });
    const cases = existsSync(report) ? parseJunit(readFileSync(report, "utf8")) : [];
    const results = [...denoResults(cases), ...unhandledResults(unhandled)];
    return withUnreported(results, denoFiles(cases), plan.files, done);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function unhandledResults(path: string): TestResult[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").trimEnd().split("\n").map((line) => {
    const detail = JSON.parse(line) as string;
    return { file: "", name: "(an error that no test handles)", outcome: "failed", detail };
  });
}
