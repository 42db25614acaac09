// Everything that must hold before a change is handed on. --static leaves the tests out.
import process from "node:process";
import { repoRoot } from "./process/repo_root.ts";
import { runSteps } from "./ok/run_steps.ts";
import { houseChecks } from "./ok/house_checks.ts";
import { languageSteps } from "./ok/language_steps.ts";
import { packagingSteps } from "./ok/packaging_steps.ts";
import { commandStep } from "./ok/step.ts";

const withTests = !process.argv.includes("--static");

const failed = await runSteps([
  ...languageSteps(repoRoot),
  ...houseChecks(repoRoot),
  ...(withTests
    ? [commandStep("tests", process.execPath, ["--import", "tsx", "tools/test.ts"], repoRoot)]
    : []),
  ...packagingSteps(repoRoot),
]);
if (failed.length > 0) {
  console.log(`FAILED: ${failed.join(", ")}`);
  process.exitCode = 1;
} else {
  console.log("everything is ok");
}
