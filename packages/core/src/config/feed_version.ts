import { SsmdError } from "../mod.ts";
import type { FeedConfig, FeedVersion } from "./feed_config.ts";
import { isDate } from "./kinds.ts";
import { showText } from "./shown_text.ts";

/**
 * The version of `feed` that holds on `date` (`YYYY-MM-DD`): of those that have begun and not ended,
 * the one that began last; an end date still belongs to its version. Throws `SsmdError`
 * `invalid_input` when there is none, and `RangeError` when `date` is not a day.
 */
export function feedVersionAt(feed: FeedConfig, date: string): FeedVersion {
  if (!isDate(date)) {
    throw new RangeError(`Cannot choose a feed version for "${date}": expected YYYY-MM-DD`);
  }
  let chosen: FeedVersion | undefined;
  for (const version of feed.versions) {
    const holds = version.effectiveFrom <= date && date <= (version.effectiveTo ?? date);
    if (holds && version.effectiveFrom > (chosen?.effectiveFrom ?? "")) chosen = version;
  }
  if (chosen !== undefined) return chosen;
  const known = feed.versions.map((version) =>
    `${showText(version.version)} (${version.effectiveFrom} to ${version.effectiveTo ?? "open"})`
  );
  throw new SsmdError(
    "invalid_input",
    `Cannot choose a version of feed ${showText(feed.name)} for ${date}: it has ${
      known.join(", ")
    }`,
  );
}
