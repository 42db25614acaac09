// A test that does not run must be counted and say why, on every runtime.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { runAsProgram } from "./sources/run_check.ts";
import { filesUnder, isTest, packageFiles } from "./sources/source_files.ts";

const RUNNERS = new Set(["test", "it", "describe", "suite"]);
const SUITES = new Set(["describe", "suite"]);

/** Finds tests that hide others, or that are skipped in a way that some runtime does not report. */
export function check(root: string): string[] {
  const files = [...packageFiles(root), ...filesUnder(root, "tools")].filter(isTest);
  return files.flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const problems: string[] = [];
    const visit = (node: ts.Node): void => {
      const why = ts.isCallExpression(node) ? problemOf(node) : undefined;
      if (why !== undefined) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
        problems.push(`${path}:${line + 1}: ${why}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
    return problems;
  });
}

function problemOf(call: ts.CallExpression): string | undefined {
  const callee = call.expression;
  if (ts.isIdentifier(callee) && SUITES.has(callee.text) && hasSkip(call)) {
    return "Bun does not report a skipped suite: give `skip` to its tests";
  }
  if (!ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.expression)) return;
  const owner = callee.expression.text;
  const member = callee.name.text;
  if (RUNNERS.has(owner)) {
    if (member === "only") return "`only` hides the other tests";
    if (member === "skip" || member === "todo") {
      return `${owner}.${member} gives no reason: write { skip: "the reason" }`;
    }
  }
  // `t` and `context` are what node:test calls the argument of a test.
  if ((owner === "t" || owner === "context") && (member === "skip" || member === "todo")) {
    return `Deno counts ${owner}.${member}() as passed: write { skip: condition && "the reason" }`;
  }
}

function hasSkip(call: ts.CallExpression): boolean {
  return call.arguments.some((argument) =>
    ts.isObjectLiteralExpression(argument) &&
    argument.properties.some((property) => property.name?.getText() === "skip")
  );
}

runAsProgram(import.meta.url, check);
