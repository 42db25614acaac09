// The one program behind npm start, test, soak, ok and bench. Plain JavaScript without dependencies:
// it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { installIfStale } from "./bootstrap/install.mjs";
import { repairRuntimes } from "./bootstrap/repair_runtimes.mjs";
import { say, stop } from "./bootstrap/say.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = 20;

function run(nodeArguments, nextStep) {
  const done = spawnSync(process.execPath, nodeArguments, { cwd: root, stdio: "inherit" });
  if (done.error) stop(1, `could not start node: ${done.error.message}`);
  if (done.status !== 0) stop(done.status ?? 1, nextStep);
}

const tool = (name, ...rest) => ["--import", "tsx", join("tools", name), ...rest];

const commands = {
  start(rest) {
    run(tool("build.ts", "--if-stale"), "the build failed: `npm run build` shows it again");
    run(
      [join("packages", "cli", "bin", "ssmd.js"), "demo", ...rest],
      "the demo failed: its message is above; `npm start -- --help` lists its options",
    );
  },
  test(rest) {
    repairRuntimes(root);
    run(tool("test.ts", ...rest));
  },
  soak(rest) {
    repairRuntimes(root);
    run(tool("soak.ts", ...rest));
  },
  ok(rest) {
    repairRuntimes(root);
    run(tool("ok.ts", ...rest));
  },
  bench(rest) {
    run(tool("bench.ts", ...rest), "a benchmark failed: its message is above");
  },
};

const [name = "", ...rest] = process.argv.slice(2);
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  stop(1, `ssmd needs Node ${OLDEST_NODE} or newer, this is ${process.version}`);
}
if (!Object.hasOwn(commands, name)) {
  stop(2, `usage: node tools/bootstrap.mjs ${Object.keys(commands).join("|")} [arguments]`);
}
if (installIfStale(root)) say("dependencies are installed");
commands[name](rest);
