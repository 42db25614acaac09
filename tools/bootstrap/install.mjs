import { spawnSync } from "node:child_process";
import process from "node:process";
import { say, stop } from "./say.mjs";
import { stalePackages } from "./stale_packages.mjs";

function npm(root, args) {
  // Under `npm test` this is the very npm that runs us; else the one on the PATH.
  const own = process.env["npm_execpath"];
  const [command, prefix] = own?.endsWith(".js") ? [process.execPath, [own]] : ["npm", []];
  return spawnSync(command, [...prefix, ...args, "--no-audit", "--no-fund"], {
    cwd: root,
    encoding: "utf8",
    shell: command === "npm" && process.platform === "win32",
  });
}

/** Installs when node_modules is absent or not what package-lock.json says; tells whether it did. */
export function installIfStale(root) {
  const stale = stalePackages(root);
  if (stale.length === 0) return false;
  const why = stale.length === 1 ? stale[0] : `${stale.length} packages`;
  say(`installing dependencies with npm ci (missing or outdated: ${why})`);
  const clean = npm(root, ["ci"]);
  if (clean.status === 0) return true;

  const reason = `${clean.stderr ?? clean.error?.message}`.split("\n")
    .find((line) => /^npm error (?!code)\S/.test(line))?.replace("npm error ", "") ??
    "no reason given";
  say(`npm ci failed (${reason.trim()}); trying npm install, package-lock.json stays as it is`);
  const plain = npm(root, ["install", "--no-save"]);
  if (plain.status === 0) return true;
  process.stderr.write(plain.stderr ?? "");
  stop(plain.status ?? 1, "npm install failed: its message is above; is the registry reachable?");
}
