import assert from "node:assert/strict";
import { constants } from "node:os";
import { test } from "node:test";
import { systemCode, writeFailed } from "./system_error.ts";

const { EDQUOT, EFBIG } = constants.errno;

test("An error is known by its code, also where the runtime has no name for it", () => {
  const known = Object.assign(new Error("x"), { code: "ENOSPC" });
  assert.equal(systemCode(known), "ENOSPC");
  // What Node 20 says, whose libuv does not know quotas, and what Deno 2 says.
  const node = Object.assign(new Error("x"), { code: `Unknown system error -${EDQUOT}` });
  assert.equal(systemCode(node), "EDQUOT");
  assert.equal(systemCode(new Error(`File too large (os error ${EFBIG})`)), "EFBIG");
  assert.equal(systemCode(new Error("File too large")), undefined);
  assert.equal(systemCode(Object.assign(new Error("x"), { code: 5 })), undefined);
  assert.equal(systemCode("ENOSPC"), undefined);
});

test("A failed write names the file, the reason and what to do, and keeps its cause", () => {
  const cause = Object.assign(new Error("x"), { code: "EDQUOT" });
  const error = writeFailed("append to", "a/b", cause);
  assert.equal(error.code, "write_failed");
  assert.equal(error.cause, cause);
  assert.equal(
    error.message,
    "Cannot append to a/b: the disk quota is used up; free some space or raise the quota (EDQUOT)",
  );
  assert.equal(writeFailed("sync", "a/b", "odd").message, "Cannot sync a/b: odd");
});
