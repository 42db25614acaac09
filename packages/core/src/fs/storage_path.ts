import { SsmdError } from "../mod.ts";

/**
 * `path` unchanged. Throws `SsmdError` `invalid_name` unless it is one or more plain segments with
 * single slashes between them: nothing absolute, empty, `.` or `..`, and no NUL, backslash or drive
 * letter, which could lead out of the storage's root on some system.
 */
export function checkStoragePath(path: string): string {
  const isPlain = !/[\0\\]|^[A-Za-z]:/.test(path) &&
    path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
  if (!isPlain) {
    throw new SsmdError(
      "invalid_name",
      `Cannot use ${JSON.stringify(path)} as a path: expected plain names separated by "/"`,
    );
  }
  return path;
}
