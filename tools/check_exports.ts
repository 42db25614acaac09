// A package has two manifests, npm's and JSR's: what one of them offers, the other must offer too.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Manifest, readManifest, sourceEntries } from "./sources/manifest.ts";
import { runAsProgram } from "./sources/run_check.ts";
import { PACKAGES } from "./sources/source_files.ts";

/** Compares exports and versions of every package.json with its deno.json and with the siblings. */
export function check(root: string): string[] {
  const problems: string[] = [];
  let version: string | undefined;
  for (const name of PACKAGES) {
    const where = `packages/${name}`;
    const npm = readManifest(root, name, "package.json");
    const jsr = readManifest(root, name, "deno.json");
    if (npm === undefined || jsr === undefined) {
      problems.push(`${where}: needs a package.json and a deno.json`);
      continue;
    }
    version ??= npm.version;
    for (const [file, manifest] of [["package.json", npm], ["deno.json", jsr]] as const) {
      if (manifest.name !== `@ssmd/${name}`) {
        problems.push(`${where}/${file}: name is ${manifest.name}, not @ssmd/${name}`);
      }
      if (manifest.version !== version) {
        problems.push(`${where}/${file}: version ${manifest.version}, the others have ${version}`);
      }
    }
    problems.push(...entryProblems(root, where, npm, jsr));
    problems.push(...targetProblems(where, npm));
    problems.push(...dependencyProblems(where, npm, version));
  }
  return [...problems, ...versionProblems(root, version)];
}

/** The command prints its version from a source, which a bundle can carry. */
function versionProblems(root: string, version: string | undefined): string[] {
  const path = "packages/cli/src/version.ts";
  if (!existsSync(join(root, path))) return [];
  const stated = /VERSION(?:: string)? = "([^"]*)"/.exec(readFileSync(join(root, path), "utf8"))
    ?.[1];
  return stated === version ? [] : [`${path}: states ${stated}, the packages have ${version}`];
}

function entryProblems(root: string, where: string, npm: Manifest, jsr: Manifest): string[] {
  const problems: string[] = [];
  const inNpm = sourceEntries(npm);
  const inJsr = sourceEntries(jsr);
  for (const entry of new Set([...inNpm.keys(), ...inJsr.keys()])) {
    const a = inNpm.get(entry);
    const b = inJsr.get(entry);
    if (a !== b) {
      problems.push(
        `${where}: entry ${entry} is ${a ?? "absent"} in package.json, ${
          b ?? "absent"
        } in deno.json`,
      );
    }
  }
  for (const source of new Set([...inNpm.values(), ...inJsr.values()])) {
    if (!existsSync(join(root, where, source))) problems.push(`${where}: no file ${source}`);
  }
  return problems;
}

function targetProblems(where: string, npm: Manifest): string[] {
  if (typeof npm.exports === "string") return [`${where}/package.json: exports must be a map`];
  const problems: string[] = [];
  for (const [entry, target] of Object.entries(npm.exports ?? {})) {
    if (typeof target === "string") continue;
    const source = target["ssmd-source"];
    const built = source?.replace("./src/", "./dist/").replace(/\.ts$/, "");
    if (source === undefined || Object.keys(target)[0] !== "ssmd-source") {
      problems.push(`${where}: entry ${entry} must name ssmd-source first`);
    } else if (target["types"] !== `${built}.d.ts` || target["default"] !== `${built}.js`) {
      problems.push(`${where}: entry ${entry} must point to ${built}.d.ts and ${built}.js`);
    }
  }
  return problems;
}

function dependencyProblems(
  where: string,
  npm: Manifest,
  version: string | undefined,
): string[] {
  const internal = Object.entries({ ...npm.dependencies, ...npm.peerDependencies })
    .filter(([name, range]) => name.startsWith("@ssmd/") && range !== version);
  return internal.map(([name, range]) =>
    `${where}/package.json: depends on ${name} ${range}, must be exactly ${version}`
  );
}

runAsProgram(import.meta.url, check);
