import { Buffer } from "node:buffer";
import { errorAnswer } from "./http_answer.ts";
import { RestError, type RestQuery } from "./rest_query.ts";

/** One page of a list. */
export interface Page<T> {
  /** What is on it. */
  readonly items: readonly T[];
  /** Leads to the next page; empty on the last one. */
  readonly cursor: string;
}

/**
 * The page of `items` that `query` asks for. A cursor remembers the last item by its key, so that
 * items which appear meanwhile before it do not shift the pages; if that item is gone, its place.
 * Throws {@link RestError} for a cursor that is none.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => unknown,
  query: RestQuery,
  usual: number,
  most: number,
): Page<T> {
  const limit = query.limit(usual, most);
  const start = startOf(items, keyOf, query.text("cursor"));
  const end = start + limit;
  const page = items.slice(start, end);
  const last = page.at(-1);
  if (last === undefined || end >= items.length) return { items: page, cursor: "" };
  const cursor = Buffer.from(JSON.stringify([end, keyOf(last)])).toString("base64url");
  return { items: page, cursor };
}

function startOf<T>(
  items: readonly T[],
  keyOf: (item: T) => unknown,
  cursor: string | undefined,
): number {
  if (cursor === undefined) return 0;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    throw invalidCursor();
  }
  if (!Array.isArray(value)) throw invalidCursor();
  const [place, key] = value as unknown[];
  if (typeof place !== "number" || !Number.isSafeInteger(place) || place < 0) throw invalidCursor();
  const index = items.findIndex((item) => keyOf(item) === key);
  return index < 0 ? place : index + 1;
}

function invalidCursor(): RestError {
  return new RestError(errorAnswer(400, "bad_request", "invalid cursor"));
}
