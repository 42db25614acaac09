import assert from "node:assert/strict";
import { test } from "node:test";
import { announcedClose } from "./announced_close.ts";

test("An announcement gives the close that it has as a number, and nothing else", () => {
  assert.equal(announcedClose({ event: "created", closeTime: 500, openTime: 1 }), 500);
  for (
    const detail of [undefined, null, 500, "x", {}, { closeTime: "500" }, { closeTime: NaN }, {
      closeTime: 0,
    }, { closeTime: -1 }]
  ) {
    assert.equal(announcedClose(detail), undefined);
  }
});
