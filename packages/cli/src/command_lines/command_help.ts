/** What `--json` does. */
export const JSON_HELP = "write the result as JSON; progress and warnings go to stderr";

/** Command lines to copy, below a command's help. */
export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join("")}`;
}
