import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { say } from "./say.mjs";

// npm may refuse to run install scripts; these two put the runtime's binary in its place.
const INSTALL_SCRIPTS = { deno: "install.cjs", bun: "install.js" };

const runs = (binary) => spawnSync(binary, ["--version"], { stdio: "ignore" }).status === 0;

/** Makes deno and bun of node_modules runnable, or says loudly that their tests will be skipped. */
export function repairRuntimes(root) {
  for (const [runtime, script] of Object.entries(INSTALL_SCRIPTS)) {
    const binary = join(root, "node_modules", ".bin", runtime);
    if (runs(binary)) continue;
    const folder = join(root, "node_modules", runtime);
    if (existsSync(join(folder, script))) {
      say(`npm did not run ${runtime}'s install script: running it`);
      spawnSync(process.execPath, [script], { cwd: folder, stdio: "ignore" });
    }
    if (!runs(binary)) {
      say(`${runtime} CANNOT RUN on this machine: every test on it counts as skipped`);
    }
  }
}
