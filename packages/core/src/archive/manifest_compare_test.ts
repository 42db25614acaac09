import assert from "node:assert/strict";
import { test } from "node:test";
import type { Gap } from "../gap.ts";
import type { ManifestFile } from "./manifest.ts";
import { compareEntries } from "./manifest_compare.ts";

const GAP: Gap = {
  feed: "",
  session: "s1",
  sid: 1,
  reason: "sequence",
  from: 5,
  to: 7,
  missing: 3,
  markets: ["A", "B"],
  tsRecv: 1500,
};
const ENTRY: ManifestFile = {
  name: "0245.jsonl.gz",
  records: 3,
  recordsByType: { trade: 2, gap: 1 },
  bytes: 300,
  firstReceivedAt: 1000,
  lastReceivedAt: 2000,
  sessions: [{ id: "s1", firstSeq: 1, lastSeq: 2 }],
  sha256: "aa",
  contentSha256: "bb",
  sequence: "checked",
  clock: "receive",
  gaps: [GAP],
};

function differences(found: ManifestFile): string[] {
  const messages: string[] = [];
  compareEntries(ENTRY, found, (message) => messages.push(message));
  return messages;
}

test("An entry that describes its file has no difference, in whatever order types are listed", () => {
  assert.deepEqual(differences(structuredClone(ENTRY)), []);
  assert.deepEqual(differences({ ...ENTRY, recordsByType: { gap: 1, trade: 2 } }), []);
});

test("Each figure that differs is named with both values", () => {
  assert.deepEqual(differences({ ...ENTRY, sha256: "cc" }), ["sha256 is cc, the manifest says aa"]);
  assert.deepEqual(
    differences({ ...ENTRY, bytes: 299, records: 2, firstReceivedAt: 1, lastReceivedAt: 2 }),
    [
      "bytes is 299, the manifest says 300",
      "records is 2, the manifest says 3",
      "firstReceivedAt is 1, the manifest says 1000",
      "lastReceivedAt is 2, the manifest says 2000",
    ],
  );
  assert.deepEqual(differences({ ...ENTRY, contentSha256: "cc" }), [
    "contentSha256 is cc, the manifest says bb",
  ]);
  assert.deepEqual(differences({ ...ENTRY, recordsByType: { trade: 3 } }), [
    "records by type are trade 3, the manifest says gap 1, trade 2",
  ]);
  assert.deepEqual(differences({ ...ENTRY, sessions: [] }), [
    "sessions are , the manifest says s1 1-2",
  ]);
});

test("A type named like a property of every object is compared as any other", () => {
  const recordsByType = JSON.parse(`{"__proto__":1,"trade":2}`) as Record<string, number>;
  assert.deepEqual(differences({ ...ENTRY, recordsByType }), [
    "records by type are __proto__ 1, trade 2, the manifest says gap 1, trade 2",
  ]);
});

test("A gap line more or less is told by their number", () => {
  assert.deepEqual(differences({ ...ENTRY, gaps: [] }), [
    "the file holds 0 gap lines, the manifest says 1",
  ]);
});

test("A gap that differs in anything is told, at equal numbers too", () => {
  const { sid: _sid, ...withoutSid } = GAP;
  const { missing: _missing, ...withoutMissing } = GAP;
  const { markets: _markets, ...everyMarket } = GAP;
  const others: Gap[] = [
    { ...GAP, reason: "overflow" },
    { ...GAP, session: "s2" },
    { ...GAP, from: 4 },
    { ...GAP, to: 8 },
    { ...GAP, missing: 4 },
    { ...GAP, bytes: 4 },
    { ...GAP, tsRecv: 1501 },
    { ...GAP, markets: ["A"] },
    { ...GAP, books: false },
    withoutSid,
    withoutMissing,
    everyMarket,
  ];
  for (const gap of others) {
    assert.deepEqual(
      differences({ ...ENTRY, gaps: [gap] }),
      ["the gap lines in the file are not those in the manifest"],
      JSON.stringify(gap),
    );
  }
});

test("A gap is the same whatever its feed is called and however its fields are ordered", () => {
  const { reason, ...rest } = GAP;
  assert.deepEqual(differences({ ...ENTRY, gaps: [{ ...rest, feed: "kalshi", reason }] }), []);
});
