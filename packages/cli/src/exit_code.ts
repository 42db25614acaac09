import { messageOf, SsmdError, type SsmdErrorCode } from "@ssmd/core";
import { EXIT_BAD_DATA, EXIT_USAGE } from "./command_context.ts";

/** Receives the exit code of the command that ran. */
export type ExitCode = (code: number) => void;

/** Codes that say that stored data is bad; every other is about usage, input or the machine. */
const BAD_DATA: readonly SsmdErrorCode[] = ["damaged_manifest", "damaged_gzip"];

/** The exit code and the one line of text for anything that a command threw. */
export function exitCodeOf(error: unknown): { readonly code: number; readonly message: string } {
  if (error instanceof SsmdError) {
    const code = BAD_DATA.includes(error.code) ? EXIT_BAD_DATA : EXIT_USAGE;
    return { code, message: oneLine(error.message) };
  }
  return { code: EXIT_USAGE, message: oneLine(messageOf(error)) };
}

/** `text` without line breaks. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}
