/**
 * The errors that callers of ssmd are expected to tell apart. A wrong argument is a built-in
 * `TypeError` or `RangeError`; these are conditions of the data or the machine.
 * @module
 */

/** What went wrong, as a word that programs can compare. */
export type SsmdErrorCode =
  /** A decimal text that is not an exact value of the unit asked for. */
  | "invalid_decimal"
  /** A ticker, feed or stream name that must not become a path. */
  | "invalid_name"
  /** Another live process writes this stream. */
  | "stream_locked"
  /** A manifest written by a newer version of ssmd. */
  | "newer_format"
  /** A manifest that is not readable as one. */
  | "damaged_manifest"
  /** A file that exists already and must not be overwritten. */
  | "already_exists"
  /** A file or folder that is not there. */
  | "not_found"
  /** A gzip file that ends early or is corrupt. */
  | "damaged_gzip"
  /** The same recording was imported before. */
  | "already_imported"
  /** A fee that cannot be computed from what is known. */
  | "unknown_fee"
  /** Input that is not what the command or function takes. */
  | "invalid_input"
  /** The machine refused a write: disk full, no permission, file too large. */
  | "write_failed"
  /** A server answered and said no, or something that is no answer: asking again changes nothing. */
  | "refused"
  /** No usable answer from a server: no connection, silence, or only trouble until we gave up. */
  | "unreachable"
  /** The buffer between socket and writer was full, and the capture was told to end then. */
  | "buffer_full"
  /** Another program listens on the port. */
  | "port_in_use";

/** An error with a `code`. The message names the action and the value; `cause` has the source. */
export class SsmdError extends Error {
  /** Tells the class apart in logs and across realms. */
  override readonly name = "SsmdError";
  /** What went wrong, for programs. */
  readonly code: SsmdErrorCode;

  /** `message` states the action, then the current state; `options.cause` is the error beneath. */
  constructor(code: SsmdErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The message of anything thrown, for a report that must not fail itself. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
