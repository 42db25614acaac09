// Loaded by Deno before each test file. Deno's node:test takes errors that nobody handles for
// handled, so that a test file which throws while it loads would count as passed.
import { appendFileSync } from "node:fs";
import process from "node:process";

function note(thrown: unknown): void {
  const target = process.env["SSMD_UNHANDLED_ERRORS"];
  const detail = thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown);
  if (target !== undefined) appendFileSync(target, `${JSON.stringify(detail)}\n`);
}

globalThis.addEventListener("unhandledrejection", (event) => note(event.reason));
globalThis.addEventListener("error", (event) => note(event.error));
