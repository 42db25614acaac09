import type { EpochMicros } from "@ssmd/core";

/**
 * The close that the detail of a `lifecycle` row announces: its member `closeTime`, in microseconds,
 * whatever else a decoder gives; `undefined` without one. Zero and less are none: exchanges write 0
 * for a time that is not set.
 */
export function announcedClose(detail: unknown): EpochMicros | undefined {
  if (typeof detail !== "object" || detail === null || !("closeTime" in detail)) return undefined;
  const { closeTime } = detail;
  return typeof closeTime === "number" && closeTime > 0 && closeTime < Infinity
    ? closeTime
    : undefined;
}
