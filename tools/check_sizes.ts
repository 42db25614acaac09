// A file that outgrows its cap holds a second concept that wants a file and a name of its own.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runAsProgram } from "./sources/run_check.ts";
import { filesUnder, isTest, isTypeScript, packageFiles } from "./sources/source_files.ts";

const LINE_CAP = 400;

interface Sized {
  readonly path: string;
  readonly lines: number;
}

/** Finds sources over the cap; long tests are only noted. */
export function check(root: string): string[] {
  return measure(root).sources.filter((file) => file.lines > LINE_CAP)
    .map((file) => `${file.path}: ${file.lines} lines, the cap is ${LINE_CAP}`);
}

/** Median and largest of the sources and of the tests, and which tests are over the cap. */
export function note(root: string): string {
  const { sources, tests } = measure(root);
  const long = tests.filter((file) => file.lines > LINE_CAP);
  return [
    summary("sources", sources),
    summary("tests", tests),
    ...long.map((file) => `warning: ${file.path} has ${file.lines} lines`),
  ].join("; ");
}

function measure(root: string): { sources: Sized[]; tests: Sized[] } {
  const folders = ["tools", "bench", "examples"];
  const files = [...packageFiles(root), ...folders.flatMap((folder) => filesUnder(root, folder))]
    .filter((path) => isTypeScript(path) || path.endsWith(".mjs"))
    .map((path) => ({ path, lines: countLines(readFileSync(join(root, path), "utf8")) }))
    .sort((a, b) => a.lines - b.lines);
  return {
    sources: files.filter((file) => !isTest(file.path)),
    tests: files.filter((file) => isTest(file.path)),
  };
}

function countLines(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

function summary(what: string, files: readonly Sized[]): string {
  const largest = files.at(-1);
  if (largest === undefined) return `no ${what}`;
  const median = files[files.length >> 1]?.lines ?? 0;
  return `${files.length} ${what}, median ${median} lines, largest ${largest.lines} (${largest.path})`;
}

runAsProgram(import.meta.url, check, note);
