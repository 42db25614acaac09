// A path or a registry of one machine means nothing on another, and may tell more than it should.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runAsProgram } from "./sources/run_check.ts";
import { filesUnder } from "./sources/source_files.ts";

/** Files that may name such a path, and why. */
const ALLOWED: Readonly<Record<string, string>> = {};

// A slash inside a longer path or an address does not start an absolute path; file:// does.
const START = String.raw`(?:(?<![\w.:/*~-])|file://)`;
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`${START}/(?:home|Users)/[\\w.-]+`), "an absolute path of a machine"],
  [new RegExp(`${START}/(?:root|work|farm|tmp)(?:/|(?=["'\`]))`), "an absolute path of a machine"],
  [/\b[A-Za-z]:\\{1,2}Users\\/, "an absolute path of a machine"],
  [/\bregistry\.[\w-]+\.[\w.-]+|\bnpm\.jsr\.io\b/, "a registry's host"],
  [/"resolved":\s*"https?:/, "a registry's address in a lock file"],
];

/** Finds machine paths and registry hosts in every file that is, or is about to be, committed. */
export function check(
  root: string,
  allowed: Readonly<Record<string, string>> = ALLOWED,
): string[] {
  const problems: string[] = [];
  for (const path of committedFiles(root)) {
    if (path in allowed || !existsSync(join(root, path))) continue;
    const text = readFileSync(join(root, path), "utf8");
    if (text.includes("\0")) continue;
    text.split("\n").forEach((line, index) => {
      const hit = PATTERNS.find(([pattern]) => pattern.test(line));
      if (hit !== undefined) problems.push(`${path}:${index + 1}: names ${hit[1]}`);
    });
  }
  return problems;
}

function committedFiles(root: string): string[] {
  try {
    const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const listed = execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: "pipe" });
    return listed.split("\0").filter((path) => path !== "");
  } catch {
    // An unpacked archive without git: what is not installed or built is what was committed.
    return filesUnder(root, "");
  }
}

runAsProgram(import.meta.url, check);
