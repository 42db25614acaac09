import assert from "node:assert/strict";
import process from "node:process";
import test from "node:test";
import { runCommand } from "./run_command.ts";

const shell = (program: string, options = {}) => runCommand("sh", ["-c", program], options);
const skip = process.platform === "win32" && "there is no sh";

test("a command gives its code, its streams and its lines", { skip }, async () => {
  const lines: string[] = [];
  const done = await shell("echo one; echo two >&2; echo three; exit 3", {
    onLine: (line: string) => lines.push(line),
  });
  assert.equal(done.code, 3);
  assert.equal(done.stdout, "one\nthree\n");
  assert.match(done.output, /two/);
  assert.deepEqual(lines, ["one", "three"]);
});

test("a limit ends the command and what it started", { skip }, async () => {
  const done = await shell("sleep 60 & sleep 60; wait", { limitMs: 100 });
  assert.equal(done.timedOut, true);
  assert.notEqual(done.code, 0);
  assert.ok(done.seconds < 30);
});

test("what a command leaves behind ends with it", { skip }, async () => {
  const done = await shell("sleep 60 & exit 0");
  assert.equal(done.code, 0);
  assert.ok(done.seconds < 30);
});

test("a command that does not exist has a code of its own", async () => {
  const done = await runCommand("ssmd-no-such-command", []);
  assert.equal(done.code, 127);
  assert.match(done.output, /ssmd-no-such-command/);
});
