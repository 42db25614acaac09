import type { EnvironmentConfig } from "./environment_config.ts";
import { environmentSchema } from "./environment_schema.ts";
import { parseConfig } from "./parse_config.ts";

/**
 * Reads the text of an `environment.yaml`; `name` is what messages call the file. Takes the
 * original's files as they are, and of unknown keys none. Throws `SsmdError` `invalid_input` with one
 * line: file, line and column, the key's path, what was found and what was expected. What stands
 * where a secret or its reference belongs is never shown.
 */
export function parseEnvironment(text: string, name: string): EnvironmentConfig {
  return parseConfig(environmentSchema, text, name);
}
