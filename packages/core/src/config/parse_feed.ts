import type { FeedConfig } from "./feed_config.ts";
import { feedSchema } from "./feed_schema.ts";
import { parseConfig } from "./parse_config.ts";

/**
 * Reads the text of a `feed.yaml`; `name` is what messages call the file. Takes the original's files
 * as they are, and of unknown keys none. Throws `SsmdError` `invalid_input` with one line: file,
 * line and column, the key's path, what was found and what was expected.
 */
export function parseFeed(text: string, name: string): FeedConfig {
  return parseConfig(feedSchema, text, name);
}
