import { isObject } from "../wire/json_object.ts";

/** Longer texts are pages of a proxy, not messages. */
const MAX_LENGTH = 200;

/**
 * What the body of a refusal says: code, message and details of `{"error":{…}}`, of the flat form
 * that the documentation has, or of `{"error":"…"}`; of anything else the beginning of its text.
 * `undefined` when it is empty. Nothing in it can break a line of a log.
 */
export function readErrorBody(body: string | undefined): string | undefined {
  if (body === undefined) return undefined;
  let said: string;
  try {
    said = textOf(JSON.parse(body));
  } catch {
    said = body; // not JSON: its text is all there is
  }
  const line = said.replace(/[^\x20-\x7E\u00A0-\uFFFF]+/g, " ").trim();
  if (line === "") return undefined;
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}

function textOf(json: unknown): string {
  if (typeof json === "string") return json;
  if (!isObject(json)) return JSON.stringify(json);
  const error = json["error"] ?? json;
  if (!isObject(error)) return textOf(error);
  const parts = [error["code"], error["message"], error["details"]]
    .filter((part) => part !== undefined && part !== null && part !== "")
    .map((part) => typeof part === "string" ? part : JSON.stringify(part));
  return parts.length === 0 ? JSON.stringify(error) : [...new Set(parts)].join(": ");
}
