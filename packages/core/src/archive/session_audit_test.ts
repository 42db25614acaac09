import assert from "node:assert/strict";
import { test } from "node:test";
import { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import type { SequenceCoverage } from "./manifest.ts";
import { SessionAudit } from "./session_audit.ts";
import { toyDelta, ToySequence } from "../testing/toy_exchange_test_support.ts";

/** Runs lines through an audit and collects what it says, `line: message` each. */
class Audited {
  readonly problems: string[] = [];
  readonly #audit: SessionAudit;
  readonly #reader = new ArchiveLineReader();
  #line = 0;

  constructor(audit: SessionAudit = new SessionAudit(new ToySequence())) {
    this.#audit = audit;
    this.file();
  }

  file(sequence: SequenceCoverage = "checked"): this {
    this.#line = 0;
    this.#audit.beginFile(
      (line, message) => void this.problems.push(`${line}: ${message}`),
      sequence,
      false,
    );
    return this;
  }

  passOver(id: string, lastSeq: number, gapReason?: "damage" | "overflow" | "disconnect"): this {
    const at = { from: 1, to: 1, tsRecv: 1 };
    const gaps = gapReason === undefined
      ? []
      : [{ feed: "", session: id, reason: gapReason, ...at }];
    this.#audit.passOver({ sessions: [{ id, firstSeq: 1, lastSeq }], gaps });
    return this;
  }

  line(text: string): this {
    const data = new TextEncoder().encode(text);
    this.#reader.read(data, 0, data.length);
    this.#audit.line(this.#reader, ++this.#line);
    this.#reader.restore();
    return this;
  }

  /** The frame `frame` as number `seq` of the session. */
  frame(seq: number, frame: string, session = "s", time = 1): this {
    const suffix = `"_received_at":${time},"_session":"${session}","_seq":${seq}}`;
    return this.line(`${frame.slice(0, -1)},${suffix}`);
  }

  gap(fields: string, session = "s"): this {
    return this.line(
      `{"type":"gap",${fields},"_received_at":1,"_session":"${session}","_seq":1}`,
    );
  }
}

const hole = (from: number, to: number, sid = 1): string =>
  `"reason":"sequence","sid":${sid},"from":${from},"to":${to}`;

test("Numbers that go on and holes that are declared are no problem", () => {
  const audited = new Audited()
    .frame(1, toyDelta(1, 10)).frame(1, toyDelta(7, 3), "t")
    .gap(hole(11, 12)).frame(2, toyDelta(1, 13))
    .gap(`"reason":"disconnect","from":1,"to":1`).frame(3, toyDelta(1, 13)).frame(4, "{}")
    .file().frame(2, toyDelta(7, 4), "t").frame(5, toyDelta(1, 14));
  assert.deepEqual(audited.problems, []);
});

test("Our own numbers start at 1 and follow each other within a session", () => {
  const audited = new Audited()
    .frame(2, "{}").frame(3, "{}").frame(3, "{}").frame(7, "{}").frame(4, "{}").frame(1, "{}", "t");
  assert.deepEqual(audited.problems, [
    "1: _seq 2 follows 0 in session s: expected 1",
    "3: _seq 3 follows 3 in session s: expected 4",
    "4: _seq 7 follows 3 in session s: expected 4",
    "5: _seq 4 follows 7 in session s: expected 8",
  ]);
});

test("An overflow takes exactly as many numbers as it says, before the first frame too", () => {
  const overflow = `"reason":"overflow","from":1,"to":1,"missing":2`;
  const good = new Audited().gap(overflow).frame(3, "{}").gap(overflow).gap(overflow).frame(
    8,
    "{}",
  );
  assert.deepEqual(good.problems, []);
  const bad = new Audited().frame(1, "{}").gap(overflow).frame(3, "{}").frame(6, "{}");
  assert.deepEqual(bad.problems, [
    "3: _seq 3 follows 1 in session s: expected 4",
    "4: _seq 6 follows 3 in session s: expected 4",
  ]);
});

test("After an overflow that nobody could count the numbers go on at any higher value", () => {
  const overflow = `"reason":"overflow","from":1,"to":1`;
  const good = new Audited().frame(1, "{}").gap(overflow).frame(6, "{}").frame(7, "{}");
  assert.deepEqual(good.problems, []);
  const bad = new Audited().frame(1, "{}").frame(2, "{}").gap(overflow).frame(2, "{}");
  assert.equal(bad.problems.length, 1);
});

test("After an overflow the next number of each subscription cannot be judged, and those after it can", () => {
  const overflow = `"reason":"overflow","from":1,"to":1,"missing":7`;
  const good = new Audited()
    .frame(1, toyDelta(1, 1)).frame(2, toyDelta(2, 1)).frame(3, toyDelta(3, 1))
    .gap(hole(2, 3)).gap(overflow)
    .frame(11, toyDelta(1, 6)).frame(12, toyDelta(1, 7))
    .gap(hole(5, 5, 2)).frame(13, toyDelta(2, 6));
  assert.deepEqual(good.problems, []);
  good.frame(14, toyDelta(1, 9)).frame(15, toyDelta(2, 8)).frame(16, toyDelta(3, 50))
    .frame(17, toyDelta(3, 52));
  assert.deepEqual(good.problems, [
    "10: frames 8 to 8 of sid 1 are missing and no gap is declared",
    "11: frames 7 to 7 of sid 2 are missing and no gap is declared",
    "13: frames 51 to 51 of sid 3 are missing and no gap is declared",
  ]);
  const other = new Audited().frame(1, toyDelta(1, 1)).frame(1, toyDelta(1, 1), "t").gap(overflow)
    .frame(2, toyDelta(1, 3), "t");
  assert.equal(other.problems.length, 1, "an overflow is one of its own session");
});

test("What we sent takes no number, at the beginning, between a gap and its frame, and at the end", () => {
  const sent = `{"type":"sent","data":{"id":1},"_received_at":1,"_session":"s","_seq":0}`;
  const audited = new Audited().line(sent).frame(1, toyDelta(1, 1)).gap(hole(2, 2)).line(sent)
    .frame(2, toyDelta(1, 3)).line(sent).frame(3, toyDelta(1, 4));
  assert.deepEqual(audited.problems, []);
});

test("That we stopped watching proves nothing and disturbs nothing", () => {
  const audited = new Audited().frame(1, toyDelta(1, 1))
    .gap(`"reason":"unsubscribed","sid":1,"from":1,"to":1,"markets":["A"]`)
    .frame(2, toyDelta(1, 2)).frame(3, toyDelta(1, 4));
  assert.deepEqual(audited.problems, [
    "4: frames 3 to 3 of sid 1 are missing and no gap is declared",
  ]);
});

test("After damage the numbers may go on at any higher value, once", () => {
  const damage = `"reason":"damage","from":1,"to":1`;
  const good = new Audited().frame(1, toyDelta(1, 5)).gap(damage).frame(40, toyDelta(1, 90)).frame(
    41,
    "{}",
  );
  assert.deepEqual(good.problems, []);
  const bad = new Audited().frame(5, "{}").gap(damage).frame(5, "{}").frame(9, "{}");
  assert.equal(bad.problems.length, 3);
});

test("Receive times do not go back within a file", () => {
  const audited = new Audited()
    .frame(1, "{}", "s", 5).frame(2, "{}", "s", 5).frame(3, "{}", "s", 4).frame(4, "{}", "s", 4)
    .file().frame(5, "{}", "s", 3);
  assert.deepEqual(audited.problems, [
    "3: receive time 4 is before that of an earlier line",
    "4: receive time 4 is before that of an earlier line",
  ]);
});

test("A line without our fields is named", () => {
  const audited = new Audited().line(toyDelta(1, 1)).line(`{"recv_ms":1,"event":{"a":1}}`).line(
    "x",
  );
  assert.deepEqual(
    audited.problems,
    [1, 2, 3].map((n) => `${n}: the line does not end with ssmd's own fields`),
  );
});

test("A hole that is not declared is named, also when another one is", () => {
  const audited = new Audited()
    .frame(1, toyDelta(1, 1)).frame(2, toyDelta(1, 4))
    .gap(hole(5, 5)).frame(3, toyDelta(1, 8));
  assert.deepEqual(audited.problems, [
    "2: frames 2 to 3 of sid 1 are missing and no gap is declared",
    "4: a gap 5 to 5 of sid 1 is declared before this line and there is none",
    "4: frames 5 to 7 of sid 1 are missing and no gap is declared",
  ]);
});

test("A gap that is declared and is none is named, whatever else the frame shows", () => {
  const none = new Audited().frame(1, toyDelta(1, 1)).gap(hole(2, 2)).frame(2, toyDelta(1, 2));
  assert.deepEqual(none.problems, [
    "3: a gap 2 to 2 of sid 1 is declared before this line and there is none",
  ]);
  const twice = new Audited().frame(1, toyDelta(1, 1)).gap(hole(2, 2)).gap(hole(2, 2)).frame(
    2,
    toyDelta(1, 3),
  );
  assert.equal(twice.problems.length, 1);
  const other = new Audited().frame(1, toyDelta(1, 1)).gap(hole(2, 2, 9)).gap(hole(2, 2)).frame(
    2,
    toyDelta(1, 3),
  );
  assert.equal(other.problems.length, 1);
  const later = new Audited().frame(1, toyDelta(1, 1)).gap(hole(2, 2)).frame(2, "{}").frame(
    3,
    toyDelta(1, 3),
  );
  assert.equal(later.problems.length, 2);
});

test("Where sequence was not judged, and without a check, the exchange's numbers say nothing", () => {
  const frames = (audited: Audited): string[] =>
    audited.frame(1, toyDelta(1, 1)).frame(2, toyDelta(1, 9)).gap(hole(4, 4)).frame(
      3,
      toyDelta(1, 10),
    ).problems;
  assert.deepEqual(frames(new Audited(new SessionAudit(undefined))), []);
  for (const sequence of ["partial", "unchecked"] as const) {
    assert.deepEqual(frames(new Audited().file(sequence)), []);
  }
});

test("A file that is passed over is taken to end as its manifest says", () => {
  const good = new Audited().frame(1, toyDelta(1, 1)).passOver("s", 50).passOver("t", 7)
    .file().frame(51, toyDelta(1, 90)).frame(8, toyDelta(1, 5), "t");
  assert.deepEqual(good.problems, []);
  const bad = new Audited().passOver("s", 50).file().frame(52, "{}");
  assert.deepEqual(bad.problems, ["1: _seq 52 follows 50 in session s: expected 51"]);
  const onlyGaps = new Audited().frame(1, "{}").passOver("s", 0).file().frame(2, "{}");
  assert.deepEqual(onlyGaps.problems, []);
});

test("A file that is passed over may end with a loss, whose place in it is not known", () => {
  for (const reason of ["damage", "overflow"] as const) {
    assert.deepEqual(new Audited().passOver("s", 50, reason).file().frame(60, "{}").problems, []);
  }
  assert.equal(
    new Audited().passOver("s", 50, "disconnect").file().frame(60, "{}").problems.length,
    1,
  );
});

test("A gap declared before a subscription's first frame after unseen ones is believed, once", () => {
  const damaged = new Audited().frame(1, toyDelta(1, 1)).gap(`"reason":"damage","from":1,"to":1`)
    .gap(hole(20, 21)).frame(30, toyDelta(1, 22))
    .gap(hole(5, 6, 2)).frame(31, toyDelta(2, 7));
  assert.deepEqual(damaged.problems, []);
  damaged.gap(hole(23, 23)).frame(32, toyDelta(1, 23));
  assert.equal(damaged.problems.length, 1);
  const passed = new Audited().passOver("s", 9).file().gap(hole(20, 21)).frame(10, toyDelta(1, 22));
  assert.deepEqual(passed.problems, []);
});
