import process from "node:process";

/** One short line about what happens; on stderr, so that a program's own output stays clean. */
export function say(line) {
  process.stderr.write(`ssmd: ${line}\n`);
}

/** Ends with an exit code, and with one line about the next step where the failure did not say it. */
export function stop(code, line) {
  if (line !== undefined) say(line);
  process.exit(code);
}
