import { SsmdError } from "../mod.ts";
import type { EnvironmentConfig } from "./environment_config.ts";
import type { FeedConfig } from "./feed_config.ts";
import { Secret } from "./secret.ts";
import { showText } from "./shown_text.ts";

/**
 * Whether `environment` may capture `feed`: throws `SsmdError` `invalid_input` when it names another
 * feed or the feed is disabled. Gives warnings, one line each, for what works and should change.
 */
export function checkPair(feed: FeedConfig, environment: EnvironmentConfig): readonly string[] {
  const [feedName, name] = [showText(feed.name), showText(environment.name)];
  if (environment.feed !== feed.name) {
    throw refusal(name, feedName, `it is for the feed ${showText(environment.feed)}`);
  }
  if (feed.status === "disabled") throw refusal(name, feedName, "the feed's status is disabled");
  const warnings: string[] = [];
  if (feed.status === "deprecated") warnings.push(`The feed ${feedName} is deprecated`);
  const { secmaster, lifecycle } = environment;
  for (
    const [path, key] of [
      ["secmaster.api_key", secmaster?.apiKey],
      ["lifecycle.secmaster_api_key", lifecycle.secmasterApiKey],
    ] as const
  ) {
    if (key instanceof Secret) {
      warnings.push(
        `The environment ${name} holds a secret in ${path}: write env:NAME or file:PATH`,
      );
    }
  }
  return warnings;
}

function refusal(environment: string, feed: string, why: string): SsmdError {
  return new SsmdError(
    "invalid_input",
    `Cannot use the environment ${environment} with the feed ${feed}: ${why}`,
  );
}
