import { SsmdError } from "@ssmd/core";
import { isObject, type JsonObject } from "../wire/json_object.ts";
import type { RestClient, RestQuery } from "./rest_client.ts";

/** No list of the exchange is this long; a server that always has a next page is broken. */
const MAX_PAGES = 10_000;

/**
 * The list `key` of the answers at `path`, page by page; a page may be empty. It ends with the
 * cursor `""`, `null` or none. Throws `SsmdError` `refused` when a cursor comes twice or never ends,
 * and what {@link RestClient.get} throws. Entries that are no objects are left out and counted.
 */
export async function* restPages(
  client: RestClient,
  path: string,
  query: RestQuery,
  key: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly JsonObject[], void, undefined> {
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let page = 1;; page++) {
    const answer = await client.get(path, { ...query, cursor }, signal ? { signal } : {});
    yield listOf(client, path, answer, key);
    const next = answer["cursor"] ?? "";
    if (next === "") return;
    if (typeof next !== "string") throw broken(path, `the cursor ${JSON.stringify(next)}`);
    if (seen.has(next)) throw broken(path, `the cursor ${JSON.stringify(next)} a second time`);
    if (page >= MAX_PAGES) throw broken(path, `more than ${MAX_PAGES} pages`);
    seen.add(next);
    cursor = next;
  }
}

/** The objects of the list `key` of an answer; `null` is an empty list. */
export function listOf(
  client: RestClient,
  path: string,
  answer: JsonObject,
  key: string,
): readonly JsonObject[] {
  const list = answer[key] ?? (key in answer ? [] : undefined);
  if (!Array.isArray(list)) throw broken(path, `no list "${key}"`);
  const objects = (list as unknown[]).filter(isObject);
  client.counts.malformed += list.length - objects.length;
  return objects;
}

/** The error for an answer that cannot be used whatever is asked. */
export function broken(path: string, found: string): SsmdError {
  return new SsmdError(
    "refused",
    `Cannot read the list at ${path}: the exchange answered ${found}`,
  );
}
