import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { isGone, ownIdentity, parseProcessStatus } from "./process_identity.ts";

const skip = process.platform === "linux" ? false : "needs /proc";

test("The start time is found behind any program name", () => {
  const tail =
    "S 1 7 7 0 -1 4194560 98 0 0 0 1 2 3 4 20 0 1 0 160014 3133440 358 18446744073709551615";
  for (const name of ["node", "a b", "x) S 9 (y", "))"]) {
    const status = parseProcessStatus(`123 (${name}) ${tail}\n`);
    assert.deepEqual(status, { isZombie: false, start: 160014 }, name);
  }
  assert.equal(parseProcessStatus(`123 (node) Z${tail.slice(1)}`)?.isZombie, true);
  assert.equal(parseProcessStatus("123 (node) S 1"), undefined);
});

test("This process is there, with a start time and a boot on Linux", { skip }, async () => {
  const self = await ownIdentity();
  assert.equal(self.pid, process.pid);
  assert.match(self.bootId ?? "", /^[0-9a-f-]{36}$/);
  assert.ok(self.processStart !== null && self.processStart > 0);
  assert.equal(await isGone(self, self), false);
  assert.equal(await isGone({ ...self, processStart: null, bootId: null }, self), false);
});

test("A process of another boot, or with a reused id, is gone", { skip }, async () => {
  const self = await ownIdentity();
  assert.equal(await isGone({ ...self, bootId: "another" }, self), true);
  assert.equal(await isGone({ ...self, processStart: self.processStart! - 1 }, self), true);
});

test("A process that ended is gone", async () => {
  const self = await ownIdentity();
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  assert.equal(await isGone({ ...self, pid: child.pid! }, self), true);
});

test("A zombie is gone, though it still has its id", { skip }, async () => {
  const self = await ownIdentity();
  // The shell becomes a program that never waits for the child it inherits.
  const parent = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 60"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const [line] = await once(parent.stdout, "data") as [Buffer];
    const zombie = { ...self, pid: Number(line.toString()), processStart: null };
    while (!(await isGone(zombie, self))) await new Promise((resolve) => setTimeout(resolve, 10));
    process.kill(zombie.pid, 0); // throws if it were not there any more
  } finally {
    parent.kill("SIGKILL");
  }
});
