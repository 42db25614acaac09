import type { AddHelpTextContext } from "commander";

/** What `--json` does. */
export const JSON_HELP = "write the result as JSON; progress and warnings go to stderr";

const PROMPT = "  $ ";
const INDENT = " ".repeat(6);
const CONTINUED = " \\";

/**
 * Command lines to copy, below a command's help. What is longer than the terminal is continued in the
 * next line as a shell does it, so that it can still be copied; a word is never broken.
 */
export function examples(lines: readonly string[]): (context: AddHelpTextContext) => string {
  return ({ command }) => {
    const width = command.configureOutput().getOutHelpWidth?.() ?? 80;
    return `\nExamples:\n${lines.map((line) => `${exampleOf(line, width)}\n`).join("")}`;
  };
}

function exampleOf(example: string, width: number): string {
  if (PROMPT.length + example.length <= width) return PROMPT + example;
  const lines: string[] = [];
  let line = PROMPT;
  const fits = (text: string): boolean => line.length + text.length + 1 + CONTINUED.length <= width;
  const add = (text: string): void => {
    if (line !== PROMPT && line !== INDENT && !fits(text)) {
      lines.push(line + CONTINUED);
      line = INDENT;
    }
    line += line.endsWith(" ") ? text : ` ${text}`;
  };
  for (const part of example.split(/ (?=--|[|>])/)) {
    // An option stays with its value unless both are longer than a line.
    if (INDENT.length + part.length + CONTINUED.length <= width) add(part);
    else part.split(" ").forEach(add);
  }
  return [...lines, line].join("\n");
}
