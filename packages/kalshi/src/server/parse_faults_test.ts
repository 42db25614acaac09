import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFaults } from "./parse_faults.ts";

test("A plan is read as it stands, and one number for at is a list of one", () => {
  const json = {
    seed: 7,
    rules: [
      { fault: "sequence_gap", channel: "trade", probability: 0.5, max: 3, connection: 2 },
      { fault: "refuse_handshake", at: 3, status: "garbage" },
      { fault: "renamed_field", every: 10, field: "side" },
      { fault: "clock_skew", at: [1, 2], seconds: -5 },
    ],
  };
  assert.deepEqual(parseFaults(json), {
    seed: 7,
    rules: [json.rules[0], { ...json.rules[1], at: [3] }, json.rules[2], json.rules[3]],
  });
  assert.deepEqual(parseFaults({ rules: [] }), { seed: 0, rules: [] });
});

test("What is wrong is named by its path, with what is expected there", () => {
  const rule = (json: object) => ({ rules: [{ fault: "duplicate", every: 1, ...json }] });
  const cases: [unknown, RegExp][] = [
    [null, /^Cannot read faults: found null, expected an object with seed and rules$/],
    [{}, /^Cannot read faults at rules: found nothing, expected a list of rules$/],
    [{ rules: [], sed: 1 }, /^Cannot read faults at sed: unknown, expected one of seed, rules$/],
    [{ seed: -1, rules: [] }, /at seed: found -1, expected a whole number from 0 to 4294967295$/],
    [{ rules: [7] }, /at rules\[0\]: found 7, expected an object$/],
    [rule({ fault: "gap" }), /at rules\[0\]\.fault: found "gap", expected one of sequence_gap, /],
    [rule({ chance: 1 }), /at rules\[0\]\.chance: unknown, expected one of fault, channel, /],
    [rule({ at: 1 }), /at rules\[0\]: found every and at, expected exactly one of probability, /],
    [{ rules: [{ fault: "reorder" }] }, /at rules\[0\]: found none, expected exactly one of /],
    [
      rule({ channel: "books" }),
      /at rules\[0\]\.channel: found "books", expected one of orderbook_/,
    ],
    [rule({ channel: "ticker" }), /channel: ticker frames carry no seq, which duplicate needs$/],
    [rule({ every: 0 }), /at rules\[0\]\.every: found 0, expected a whole number from 1$/],
    [rule({ max: "3" }), /at rules\[0\]\.max: found "3", expected a whole number from 1$/],
    [rule({ status: 401 }), /at rules\[0\]\.status: not for the fault duplicate$/],
    [rule({ field: "side" }), /at rules\[0\]\.field: not for the fault duplicate$/],
    [rule({ seconds: 1 }), /at rules\[0\]\.seconds: not for the fault duplicate$/],
    [rule({ fault: "http_429", connection: 1 }), /connection: not for the fault http_429$/],
    [rule({ fault: "http_429", channel: "trade" }), /channel: not for the fault http_429$/],
    [rule({ fault: "refuse_handshake", status: 404 }), /status: found 404, expected one of 401, /],
    [rule({ every: undefined, at: [] }), /at rules\[0\]\.at: found \[\], expected a whole number/],
    [rule({ every: undefined, at: [1, 0] }), /at rules\[0\]\.at\[1\]: found 0, expected/],
    [rule({ every: undefined, probability: 2 }), /probability: found 2, expected a number from 0/],
  ];
  for (const [json, message] of cases) {
    assert.throws(() => parseFaults(json), { code: "invalid_input", message });
  }
});
