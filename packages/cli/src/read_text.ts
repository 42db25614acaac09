import { messageOf, SsmdError } from "@ssmd/core";
import { readFile } from "node:fs/promises";

/**
 * The text of a file that the user named; `what` says in messages what it is. Throws `SsmdError`
 * `not_found` or `invalid_input`.
 */
export async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new SsmdError(
      missing ? "not_found" : "invalid_input",
      `Cannot read the ${what} file ${JSON.stringify(file)}: ${
        missing ? "there is no such file" : messageOf(cause)
      }`,
      { cause },
    );
  }
}
