import assert from "node:assert/strict";
import { test } from "node:test";
import { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import { TapeSession } from "./tape_session.ts";
import { toyDelta, ToySequence } from "../testing/toy_exchange_test_support.ts";

/** Feeds lines to a session and tells what it makes of each, a text per line. */
class Tape {
  readonly session = new TapeSession("tape", new ToySequence(), new ToySequence());
  readonly #reader = new ArchiveLineReader("toy");
  #time = 0;

  /** One line; every line is received one microsecond after the one before. */
  line(text: string): string {
    const data = new TextEncoder().encode(text);
    this.#reader.read(data, 0, data.length);
    const { session } = this;
    if (this.#reader.gap !== undefined) {
      session.declare(this.#reader, this.#reader.gap, ++this.#time);
      return `${session.id} gap`;
    }
    session.observe(this.#reader, ++this.#time);
    const { duplicate, restart, restarted, hole } = session;
    return [
      `${session.id} ${session.seq}`,
      ...(duplicate ? ["duplicate"] : []),
      ...(restarted ? ["restarted"] : []),
      ...(restart === undefined
        ? []
        : [`restart of ${restart.sid} at ${restart.from}-${restart.to}`]),
      ...(hole === undefined
        ? []
        : [`hole ${hole.sid}:${hole.from}-${hole.to} of ${hole.markets}`]),
    ].join(", ");
  }

  lines(...texts: readonly string[]): string[] {
    return texts.map((text) => this.line(text));
  }
}

/** A frame as a line of an archive, of the session `session` there. */
function archived(session: string, seq: number, frame: string): string {
  return `${frame.slice(0, -1)},"_received_at":1,"_session":"${session}","_seq":${seq}}`;
}

function gapLine(session: string, fields: string): string {
  return `{"type":"gap",${fields},"_received_at":1,"_session":"${session}","_seq":1}`;
}

test("A tape may begin anywhere in somebody's connection", () => {
  assert.deepEqual(new Tape().lines(toyDelta(1, 70), toyDelta(2, 9), toyDelta(1, 71)), [
    "tape 1",
    "tape 2",
    "tape 3",
  ]);
});

test("A hole concerns the subscription's markets so far", () => {
  const tape = new Tape();
  tape.lines(toyDelta(1, 1, "A"), toyDelta(1, 2, "B"), toyDelta(2, 1, "C"));
  assert.equal(tape.line(toyDelta(1, 5, "A")), "tape 4, hole 1:3-4 of A,B");
  assert.equal(tape.line(toyDelta(1, 6, "A")), "tape 5");
});

test("An equal number is a duplicate, kept and numbered", () => {
  const tape = new Tape();
  assert.deepEqual(tape.lines(toyDelta(1, 5), toyDelta(1, 5), toyDelta(1, 6)), [
    "tape 1",
    "tape 2, duplicate",
    "tape 3",
  ]);
});

test("A lower number is a restart: one new session, and a gap for each subscription", () => {
  const tape = new Tape();
  tape.lines(toyDelta(1, 50), toyDelta(2, 60), toyDelta(2, 61));
  assert.deepEqual(
    tape.lines(toyDelta(1, 1), toyDelta(2, 1), toyDelta(1, 2), toyDelta(2, 2), toyDelta(1, 1)),
    [
      "tape-2 1, restarted, restart of 1 at 1-4",
      "tape-2 2, restart of 2 at 3-5",
      "tape-2 3",
      "tape-2 4",
      "tape-3 1, restarted, restart of 1 at 6-8",
    ],
  );
});

test("A hole within the connection that follows a restart is found", () => {
  const tape = new Tape();
  tape.lines(toyDelta(1, 50), toyDelta(1, 1));
  assert.equal(tape.line(toyDelta(1, 3)), "tape-2 2, hole 1:2-2 of A");
});

test("Bytes that are no frame are numbered and judge nothing", () => {
  const tape = new Tape();
  assert.deepEqual(
    tape.lines(toyDelta(1, 5), "garbage", `{"type":"delta","sid":1`, toyDelta(1, 6)),
    [
      "tape 1",
      "tape 2",
      "tape 3",
      "tape 4",
    ],
  );
});

test("Connections that alternate in an archive's lines keep a session each", () => {
  const tape = new Tape();
  assert.deepEqual(
    tape.lines(
      archived("x", 7, toyDelta(1, 100)),
      archived("y", 3, toyDelta(1, 10)),
      archived("x", 8, toyDelta(1, 101)),
      archived("y", 4, toyDelta(1, 12)),
      archived("x", 9, toyDelta(1, 3)),
      archived("y", 5, toyDelta(1, 13)),
    ),
    [
      "tape 1",
      "tape-2 1",
      "tape 2",
      "tape-2 2, hole 1:11-11 of A",
      "tape-3 1, restarted, restart of 1 at 3-5",
      "tape-2 3",
    ],
  );
});

test("The original's shards are connections too", () => {
  const tape = new Tape();
  const shard = (id: number, seq: number): string =>
    `${toyDelta(1, seq).slice(0, -1)},"_received_at":1,"_nats_seq":1,"_shard_id":${id}}`;
  assert.deepEqual(tape.lines(shard(0, 5), shard(1, 900), shard(0, 6), shard(1, 901)), [
    "tape 1",
    "tape-2 1",
    "tape 2",
    "tape-2 2",
  ]);
});

test("A hole that the tape declares itself is not declared again", () => {
  const tape = new Tape();
  const declared = gapLine("x", `"reason":"sequence","sid":1,"from":2,"to":3`);
  assert.deepEqual(
    tape.lines(
      archived("x", 1, toyDelta(1, 1)),
      declared,
      archived("x", 2, toyDelta(1, 4)),
      declared,
      archived("x", 3, toyDelta(1, 6)),
      archived("x", 4, toyDelta(1, 8)),
    ),
    [
      "tape 1",
      "tape gap",
      "tape 2",
      "tape gap",
      "tape 3, hole 1:5-5 of A",
      "tape 4, hole 1:7-7 of A",
    ],
  );
});

test("An overflow takes the numbers it stands for, and damage ends what can be judged", () => {
  const tape = new Tape();
  assert.deepEqual(
    tape.lines(
      archived("x", 1, toyDelta(1, 1)),
      gapLine("x", `"reason":"overflow","from":1,"to":2,"missing":3`),
      archived("x", 5, toyDelta(1, 2)),
      gapLine("x", `"reason":"damage","from":1,"to":2`),
      archived("x", 9, toyDelta(1, 40)),
    ),
    ["tape 1", "tape gap", "tape 5", "tape gap", "tape 6"],
  );
});

test("After an overflow the next number of a subscription cannot be judged", () => {
  const tape = new Tape();
  assert.deepEqual(
    tape.lines(
      archived("x", 1, toyDelta(1, 1)),
      gapLine("x", `"reason":"overflow","from":1,"to":2,"missing":3`),
      archived("x", 5, toyDelta(1, 4)),
      archived("x", 6, toyDelta(1, 6)),
    ),
    ["tape 1", "tape gap", "tape 5", "tape 6, hole 1:5-5 of A"],
  );
});

test("A gap before any frame of a connection belongs to that connection", () => {
  const tape = new Tape();
  const lost = gapLine("y", `"reason":"disconnect","from":1,"to":2`);
  assert.deepEqual(
    tape.lines(archived("x", 1, toyDelta(1, 1)), lost, archived("y", 1, toyDelta(1, 1))),
    [
      "tape 1",
      "tape-2 gap",
      "tape-2 1",
    ],
  );
});
