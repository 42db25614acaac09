import assert from "node:assert/strict";
import { test } from "node:test";
import { fitParts, StatusLine } from "./status_line.ts";
import type { Terminal } from "./terminal.ts";

const PARTS = [
  { text: "connected 2/2", droppable: 0 },
  { text: "1,204 frames/s", droppable: 1 },
  { text: "disk 120 GiB", droppable: 2 },
  { text: "", droppable: 0 },
];

function screen(live: boolean): { readonly terminal: Terminal; text(): string } {
  let text = "";
  const err = (part: string): void => void (text += part);
  return {
    terminal: { out: () => {}, err, columns: 40, color: false, live, piped: false },
    text: () => text,
  };
}

test("Parts are left out by their rank until the line fits, and nothing is said twice", () => {
  assert.equal(fitParts(PARTS, 80), "connected 2/2 · 1,204 frames/s · disk 120 GiB");
  assert.equal(fitParts(PARTS, 40), "connected 2/2 · 1,204 frames/s");
  assert.equal(fitParts(PARTS, 13), "connected 2/2");
  assert.equal(fitParts(PARTS, 9), "connecte…");
});

test("A drawn line never reaches the terminal's last column", () => {
  const { terminal, text } = screen(true);
  new StatusLine(terminal).draw([{ text: "x".repeat(100), droppable: 0 }]);
  assert.equal(text().replace("\r\u001b[K", "").length, 39);
});

test("A printed line takes the status line's place and ends the drawing", () => {
  const { terminal, text } = screen(true);
  const line = new StatusLine(terminal);
  line.draw([{ text: "now", droppable: 0 }]);
  line.print("event\n");
  line.clear();
  assert.equal(text(), "\r\u001b[Know\r\u001b[Kevent\n");
});

test("Without a terminal no status is drawn", () => {
  const { terminal, text } = screen(false);
  const line = new StatusLine(terminal);
  line.draw([{ text: "now", droppable: 0 }]);
  line.clear();
  assert.equal(text(), "");
});
