// Runs bench/*_bench.ts one after another, each in a fresh process; arguments filter by name.
import { spawnSync } from "node:child_process";
import process from "node:process";
import { repoRoot } from "./process/repo_root.ts";
import { filesUnder } from "./sources/source_files.ts";

const NODE_FLAGS = ["--expose-gc", "--import", "tsx", "--conditions=ssmd-source"];

const filters = process.argv.slice(2);
const files = filesUnder(repoRoot, "bench").filter((path) => path.endsWith("_bench.ts"))
  .filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)));
if (files.length === 0) {
  console.error(`no benchmark in bench/ matches ${filters.join(" ") || "*_bench.ts"}`);
  process.exitCode = 1;
}
for (const file of files) {
  console.log(`\n== ${file}`);
  const done = spawnSync(process.execPath, [...NODE_FLAGS, file], {
    cwd: repoRoot,
    stdio: "inherit",
  });
  if (done.status !== 0) {
    console.error(`${file} FAILED`);
    process.exitCode = 1;
  }
}
