import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import type { RuntimeName } from "./result.ts";

/** A runtime that runs on this machine. */
export interface RuntimeBinary {
  readonly path: string;
  readonly version: string;
}

/** The runtime of node_modules, else the one on the PATH; undefined when neither runs. */
export function runtimeBinary(root: string, runtime: RuntimeName): RuntimeBinary | undefined {
  if (runtime === "node") return { path: process.execPath, version: process.versions.node };
  for (const path of [join(root, "node_modules", ".bin", runtime), runtime]) {
    const asked = spawnSync(path, ["--version"], { encoding: "utf8" });
    const version = /\d+\.\d+\.\d+/.exec(asked.stdout ?? "")?.[0];
    if (asked.status === 0 && version !== undefined) return { path, version };
  }
  return undefined;
}
