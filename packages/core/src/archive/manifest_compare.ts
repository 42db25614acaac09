import type { Gap } from "../gap.ts";
import type { ManifestFile } from "./manifest.ts";

/** Tells every figure in which a manifest entry differs from what was found in its file. */
export function compareEntries(
  entry: ManifestFile,
  found: ManifestFile,
  problem: (message: string) => void,
): void {
  const keys = [
    "sha256",
    "contentSha256",
    "bytes",
    "records",
    "firstReceivedAt",
    "lastReceivedAt",
  ] as const;
  for (const key of keys) {
    if (entry[key] !== found[key]) {
      problem(`${key} is ${found[key]}, the manifest says ${entry[key]}`);
    }
  }
  const types = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([type, count]) => `${type} ${count}`).sort().join(", ");
  if (types(entry.recordsByType) !== types(found.recordsByType)) {
    problem(
      `records by type are ${types(found.recordsByType)}, the manifest says ${
        types(entry.recordsByType)
      }`,
    );
  }
  const sessions = (list: ManifestFile["sessions"]) =>
    list.map(({ id, firstSeq, lastSeq }) => `${id} ${firstSeq}-${lastSeq}`).join(", ");
  if (sessions(entry.sessions) !== sessions(found.sessions)) {
    problem(
      `sessions are ${sessions(found.sessions)}, the manifest says ${sessions(entry.sessions)}`,
    );
  }
  if (entry.gaps.length !== found.gaps.length) {
    problem(
      `the file holds ${found.gaps.length} gap lines, the manifest says ${entry.gaps.length}`,
    );
  } else if (gapText(entry.gaps) !== gapText(found.gaps)) {
    problem("the gap lines in the file are not those in the manifest");
  }
}

/** The gaps without their feed, which their lines do not repeat. */
function gapText(gaps: readonly Gap[]): string {
  return JSON.stringify(
    gaps.map((gap) => [
      ...[gap.reason, gap.session, gap.sid, gap.from, gap.to, gap.missing, gap.bytes],
      ...[gap.markets, gap.books, gap.tsRecv],
    ]),
  );
}
