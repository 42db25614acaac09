import ts from "typescript";

/** The lines on which something is divided by the literal 100. */
export function divisionsByHundred(path: string, text: string): number[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lines: number[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isBinaryExpression(node) && ts.isNumericLiteral(node.right) && node.right.text === "100" &&
      (node.operatorToken.kind === ts.SyntaxKind.SlashToken ||
        node.operatorToken.kind === ts.SyntaxKind.SlashEqualsToken)
    ) {
      lines.push(file.getLineAndCharacterOfPosition(node.right.getStart(file)).line + 1);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return lines;
}
