import assert from "node:assert/strict";
import test from "node:test";
import { check } from "./check_lock.ts";
import { completeLock } from "./complete_lock.ts";
import { withTree } from "./sources/temporary_tree.ts";

const lock = {
  packages: {
    "": {},
    "node_modules/@x/x-darwin-arm64": { version: "1.2.3", optional: true },
    "node_modules/x": {
      version: "1.2.3",
      dev: true,
      optionalDependencies: { "@x/x-darwin-arm64": "1.2.3", "@x/x-linux-x64-musl": "1.2.3" },
    },
  },
};

const problems = (content: unknown) =>
  withTree({ "package-lock.json": JSON.stringify(content) }, check);

test("a lock file without a platform's binary is a problem", () => {
  assert.match(problems(lock).join(), /lacks @x\/x-linux-x64-musl: run/);
});

test("completing it adds the binary with its platform and nothing else", () => {
  const { lock: complete, added } = completeLock(lock);
  assert.equal(added, 1);
  assert.deepEqual(complete.packages["node_modules/@x/x-linux-x64-musl"], {
    version: "1.2.3",
    os: ["linux"],
    cpu: ["x64"],
    libc: ["musl"],
    dev: true,
    optional: true,
  });
  assert.deepEqual(problems(complete), []);
  assert.equal(completeLock(complete).added, 0);
});

test("a name that does not tell its platform is refused", () => {
  const strange = { packages: { "node_modules/x": { optionalDependencies: { y: "1.2.3" } } } };
  assert.throws(() => completeLock(strange), /cannot add y 1\.2\.3/);
});
