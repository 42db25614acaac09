import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readErrorBody } from "./error_body.ts";

test("the nested, the flat and the short form of an error say the same", () => {
  const cases = [
    ['{"error":{"code":"not_found","message":"no such market"}}', "not_found: no such market"],
    ['{"code":"not_found","message":"no such market"}', "not_found: no such market"],
    ['{"error":"too many requests"}', "too many requests"],
    [
      '{"error":{"code":"authentication_error","message":"authentication_error","details":"NOT_FOUND"}}',
      "authentication_error: NOT_FOUND",
    ],
    ['{"error":{"code":"bad","details":{"limit":1}}}', 'bad: {"limit":1}'],
    ['{"error":{}}', "{}"],
    ['{"error":null,"code":"x"}', "x"],
    ["[1]", "[1]"],
    ["<html>\r\n<b>Bad Gateway</b>", "<html> <b>Bad Gateway</b>"],
    ["", undefined],
  ] as const;
  for (const [body, expected] of cases) assert.equal(readErrorBody(body), expected);
  assert.equal(readErrorBody(undefined), undefined);
});

test("whatever the body is, one short line comes of it", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ minLength: 300 })), (body) => {
    const said = readErrorBody(body) ?? "";
    assert.ok(
      said.length <= 201 && !["\r", "\n", "\u001b"].some((sign) => said.includes(sign)),
      said,
    );
  }));
});
