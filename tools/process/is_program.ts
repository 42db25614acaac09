import { existsSync, realpathSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Whether the module of this URL is the program that was started (Node 20 has no import.meta.main). */
export function isProgram(moduleUrl: string): boolean {
  const started = process.argv[1];
  // Deno's test runner names a program that is no file.
  if (started === undefined || !existsSync(started)) return false;
  return realpathSync(started) === realpathSync(fileURLToPath(moduleUrl));
}
