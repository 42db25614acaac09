import ts from "typescript";

/** A use of something that the machine provides. */
export interface AmbientUse {
  readonly name: string;
  readonly line: number;
}

const GLOBALS = new Set(["performance", "process", "console", "Deno", "Bun"]);
const GLOBAL_OBJECTS = new Set(["globalThis", "self", "window", "global"]);
const MEMBERS = new Set(["Date.now", "Math.random"]);
/** Modules that hand out the same things under other names. */
const MODULES: Readonly<Record<string, string>> = {
  process: "process",
  console: "console",
  perf_hooks: "performance",
};

/** Finds them in the syntax tree: comments, strings and member names like x.process do not count. */
export function ambientUses(path: string, text: string): AmbientUse[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const uses: AmbientUse[] = [];
  const visit = (node: ts.Node): void => {
    const name = useOf(node);
    if (name !== undefined) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      uses.push({ name, line: line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return uses;
}

function useOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return MODULES[node.moduleSpecifier.text.replace(/^node:/, "")];
  }
  if (ts.isNewExpression(node) && isDate(node.expression) && !node.arguments?.length) {
    return "new Date()";
  }
  if (ts.isCallExpression(node) && isDate(node.expression)) return "Date()";
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    return memberUse(node);
  }
  return ts.isIdentifier(node) && GLOBALS.has(node.text) && isReference(node)
    ? node.text
    : undefined;
}

function memberUse(
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
): string | undefined {
  const member = memberName(node);
  if (ts.isIdentifier(node.expression) && GLOBAL_OBJECTS.has(node.expression.text)) {
    return GLOBALS.has(member) ? member : undefined;
  }
  const owner = ts.isIdentifier(node.expression)
    ? node.expression.text
    : ts.isPropertyAccessExpression(node.expression)
    ? node.expression.name.text
    : "";
  return MEMBERS.has(`${owner}.${member}`) ? `${owner}.${member}` : undefined;
}

function memberName(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  return ts.isStringLiteral(node.argumentExpression) ? node.argumentExpression.text : "";
}

function isDate(node: ts.Expression): boolean {
  return ts.isIdentifier(node) && node.text === "Date";
}

/** Whether an identifier stands for a value in scope, and is not just the name of a member. */
function isReference(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) {
    return (ts.isPropertyAccessExpression(parent) ? parent.expression : parent.left) === node;
  }
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isImportClause(parent)) {
    return false;
  }
  if (ts.isBindingElement(parent)) return parent.propertyName !== node;
  const named = ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent) ||
    ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) || ts.isAccessor(parent) || ts.isEnumMember(parent) ||
    ts.isNamedTupleMember(parent);
  return !(named && parent.name === node);
}
