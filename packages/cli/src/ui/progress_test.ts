import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Progress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** A terminal whose standard error keeps what a reader would see. */
class Screen implements Terminal {
  readonly columns = 80;
  readonly color = false;
  readonly piped = true;
  readonly live: boolean;
  /** Everything that was written. */
  written = "";

  constructor(live: boolean) {
    this.live = live;
  }

  out(): void {
    assert.fail("progress goes to the standard error");
  }

  err(text: string): void {
    this.written += text;
  }

  /** The line as it stands: each carriage return with "erase" begins it anew. */
  get line(): string {
    return this.written.split("\r\u001b[K").at(-1)!;
  }
}

/** Longer than the half second in which nothing is drawn. */
const QUIET = 600;

test("Long work draws one line, with the share and the time that is left", async () => {
  const screen = new Screen(true);
  const progress = new Progress(screen, "Importing");
  await sleep(QUIET);
  progress.update(25, 100);
  assert.match(screen.line, /^Importing 25 %, \d+ s left$/);
  await sleep(150);
  progress.update(101, 100);
  assert.match(screen.line, /^Importing 100 %, 0 s left$/);
  assert.ok(!screen.written.includes("\n"));
  progress.done();
  assert.equal(screen.line, "");
  const { written } = screen;
  progress.done();
  assert.equal(screen.written, written, "there was nothing left to remove");
});

test("What cannot be told is left out: no time at the beginning, no share of nothing", async () => {
  const screen = new Screen(true);
  const progress = new Progress(screen, "Reading");
  await sleep(QUIET);
  progress.update(0, 1000);
  assert.equal(screen.line, "Reading 0 %");
  await sleep(150);
  progress.update(0, 0);
  assert.match(screen.line, /^Reading 100 %/);
});

test("Where no line can be redrawn nothing is written", async () => {
  const screen = new Screen(false);
  const progress = new Progress(screen, "Importing");
  await sleep(QUIET);
  progress.update(1, 2);
  progress.done();
  assert.equal(screen.written, "");
});

test("Work that was never drawn leaves nothing to remove", () => {
  const screen = new Screen(true);
  new Progress(screen, "Importing").done();
  assert.equal(screen.written, "");
});
