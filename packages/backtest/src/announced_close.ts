import type { EpochMicros } from "@ssmd/core";

/**
 * The close that the detail of a `lifecycle` row announces: its member `closeTime`, in microseconds,
 * whatever else a decoder gives; `undefined` without one.
 */
export function announcedClose(detail: unknown): EpochMicros | undefined {
  if (typeof detail !== "object" || detail === null || !("closeTime" in detail)) return undefined;
  const { closeTime } = detail;
  return typeof closeTime === "number" && Number.isFinite(closeTime) ? closeTime : undefined;
}
