import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LastSeqs } from "./last_seqs.ts";

test("Each session's last number is known at any time, as a plain map would know it", () => {
  const session = fc.constantFrom("a", "b", "c");
  const note = fc.tuple(session, fc.nat());
  fc.assert(fc.property(fc.array(note), fc.array(note), (known, notes) => {
    const seqs = new LastSeqs(known);
    const model = new Map<string, number>(known);
    for (const [name, seq] of notes) {
      seqs.note(name, seq);
      model.set(name, seq);
      for (const any of ["a", "b", "c"]) assert.equal(seqs.of(any), model.get(any) ?? 0);
      if (seq % 3 === 0) assert.deepEqual(new Map(seqs.all()), model);
    }
    assert.deepEqual(new Map(seqs.all()), model);
    seqs.clear();
    assert.equal(seqs.all().size, 0);
  }));
});
