import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import type { Gap } from "../gap.ts";
import { ManualClock } from "../clock.ts";
import { MetricsRegistry } from "../metrics_registry.ts";
import { capture } from "./capture.ts";
import { SsmdError } from "../errors.ts";
import { ToyConnector, ToySink, turn, until } from "./toy_connector_test_support.ts";

const RING = 4096;

/** Offers frames so short that no gap fits behind them, until one is dropped; tells how many were kept. */
function fill(connector: ToyConnector, at = 1): number {
  for (let kept = 0;; kept++) if (connector.frame(at + kept) === "dropped") return kept;
}

test("Frames, gaps and what we said reach the sink in the order in which they came", async () => {
  const connector = new ToyConnector();
  const sink = new ToySink();
  const clock = new ManualClock(100);
  const running = capture(connector, sink, { clock });
  await connector.started;
  connector.sent(1);
  connector.frame(2, `{"a":1}`);
  connector.frame(3, "{}", "s2");
  connector.gap(4, "s2");
  connector.frame(5);
  clock.set(200);
  const summary = await running.close();
  assert.deepEqual(sink.taken, ["s1 sent", "s1 1", "s2 1", "s2 disconnect", "s1 2"]);
  assert.deepEqual(summary, {
    startedAt: 100,
    endedAt: 200,
    frames: 3,
    bytes: 11,
    records: 5,
    dropped: 0,
    lost: 0,
    gaps: {},
    reconnects: 2,
  });
});

test("While the buffer is full frames are dropped and one gap says how many and when", async () => {
  const connector = new ToyConnector();
  const sink = new ToySink(false);
  const running = capture(connector, sink, { ringBytes: RING });
  await connector.started;
  const kept = fill(connector);
  assert.equal(connector.gap(2000), "kept");
  assert.equal(connector.frame(2001), "dropped");
  assert.equal(connector.frame(2002), "dropped");
  assert.equal(running.health().buffer.dropped, 3);
  assert.equal(running.health().buffer.pending, 3);
  sink.isOpen = true;
  await until(() => running.health().buffer.pending === 0);
  assert.equal(connector.frame(3000), "kept");
  const summary = await running.close();
  assert.deepEqual(sink.taken.slice(kept), [
    "s1 overflow 1",
    "s1 disconnect",
    "s1 overflow 2",
    `s1 ${kept + 4}`,
  ]);
  const { from, to } = sink.records[kept + 2] as Gap;
  assert.deepEqual([from, to], [2001, 2002]);
  assert.equal(summary.dropped, 3);
});

test("The gap is written as soon as there is room, without another frame", async () => {
  const connector = new ToyConnector();
  const sink = new ToySink(false);
  const running = capture(connector, sink, { ringBytes: RING });
  await connector.started;
  fill(connector);
  sink.isOpen = true;
  await until(() => sink.taken.at(-1) === "s1 overflow 1");
  await running.close();
});

test("Under the policy halt a full buffer ends the capture after everything was written", async () => {
  const connector = new ToyConnector();
  const sink = new ToySink(false);
  const running = capture(connector, sink, { ringBytes: RING, overflow: "halt" });
  await connector.started;
  const kept = fill(connector);
  sink.isOpen = true;
  await assert.rejects(running.done, (error: SsmdError) => {
    assert.equal(error.message, "Cannot keep up with toy: the buffer of 4096 bytes is full");
    return error.code === "buffer_full";
  });
  assert.ok(connector.stopped);
  assert.equal(sink.taken.length, kept + 1);
  assert.equal(sink.taken.at(-1), "s1 overflow 1");
  assert.equal(running.health().stage, "ended");
});

test("A frame too large for the buffer becomes a gap with its size and capture goes on", async () => {
  for (const overflow of ["gap", "halt"] as const) {
    const connector = new ToyConnector();
    const sink = new ToySink();
    const running = capture(connector, sink, { ringBytes: RING, overflow });
    await connector.started;
    assert.equal(connector.frame(1), "kept");
    assert.equal(connector.frame(2, "x".repeat(5000)), "dropped");
    assert.equal(connector.frame(3), "kept");
    const summary = await running.close();
    assert.deepEqual(sink.taken, ["s1 1", "s1 overflow 1", "s1 3"]);
    assert.equal((sink.records[1] as Gap).bytes, 5000);
    assert.equal(summary.dropped, 1);
  }
});

test("Closing twice gives the same promise, also after the end", async () => {
  const connector = new ToyConnector();
  const running = capture(connector, new ToySink());
  await connector.started;
  const closing = running.close();
  assert.equal(running.close(), closing);
  assert.equal(running.done, closing);
  await closing;
  assert.equal(running.close(), closing);
});

test("Closing while the buffer is full writes what is in it and the gap", async () => {
  const connector = new ToyConnector();
  const sink = new ToySink(false);
  const running = capture(connector, sink, { ringBytes: RING });
  await connector.started;
  const kept = fill(connector);
  const closing = running.close();
  await turn();
  sink.isOpen = true;
  await closing;
  assert.deepEqual([sink.taken.length, sink.taken.at(-1)], [kept + 1, "s1 overflow 1"]);
});

test("Closing does not wait for a disk that refuses: what is in the buffer goes out", async () => {
  const connector = new ToyConnector();
  const sink = new ToySink(false);
  const running = capture(connector, sink, { ringBytes: RING });
  await connector.started;
  const kept = fill(connector);
  sink.state({ writing: false, problem: "the disk is full" });
  const summary = await running.close();
  assert.equal(sink.taken.length, kept);
  assert.equal(summary.dropped, 1, "the next start's gap begins where these frames would be");
});

test("Closing before the sink is ready never starts the connector", async () => {
  const connector = new ToyConnector();
  const sink = new ToySink();
  sink.isReady = false;
  const running = capture(connector, sink);
  await turn();
  await running.close();
  assert.equal(connector.runs, 0);
});

test("A signal closes the capture, one that was aborted before at once", async () => {
  const connector = new ToyConnector();
  const controller = new AbortController();
  const running = capture(connector, new ToySink(), { signal: controller.signal });
  await connector.started;
  controller.abort();
  await running.done;
  assert.ok(connector.stopped);
  const never = new ToyConnector();
  await capture(never, new ToySink(), { signal: controller.signal }).done;
  assert.equal(never.runs, 0);
});

test("A sink that dies stops the connector and its message is the capture's", async () => {
  const connector = new ToyConnector();
  const sink = new ToySink();
  const running = capture(connector, sink);
  await connector.started;
  connector.frame(1);
  sink.die(new Error("the worker ran out of memory"));
  await assert.rejects(running.done, /^Error: the worker ran out of memory$/);
  assert.ok(connector.stopped);
  const { stage, error, ready } = running.health();
  assert.deepEqual([stage, error, ready], ["ended", "the worker ran out of memory", false]);
});

test("A sink that refuses at the start is the capture's error before any connection", async () => {
  const connector = new ToyConnector();
  const sink = new ToySink();
  sink.run = () => Promise.reject(new SsmdError("stream_locked", "Cannot write toy/all: held"));
  await assert.rejects(capture(connector, sink).done, { code: "stream_locked" });
  assert.equal(connector.runs, 0);
});

test("A connector that gives up ends the capture in order with its error", async () => {
  const connector = new ToyConnector();
  const sink = new ToySink();
  const running = capture(connector, sink);
  await connector.started;
  connector.frame(1);
  connector.end(new Error("no markets"));
  await assert.rejects(running.done, /no markets/);
  assert.deepEqual(sink.taken, ["s1 1"]);
});

test("A record of another feed ends the capture and names both", async () => {
  const connector = new ToyConnector();
  const running = capture(connector, new ToySink());
  await connector.started;
  const record = { feed: "b", session: "s", seq: 1, tsRecv: 1, data: new Uint8Array(2) };
  assert.equal(connector.give(record), "dropped");
  await assert.rejects(running.done, /feed "b": this ring is for "toy"/);
});

test("A callback that throws ends the capture in order unless onError takes it", async () => {
  const status = { type: "connected", at: 1, connection: 0 } as const;
  const onStatus = (): void => {
    throw new Error("my log is full");
  };
  const connector = new ToyConnector();
  const sink = new ToySink();
  const running = capture(connector, sink, { onStatus });
  await connector.started;
  connector.frame(1);
  connector.status(status);
  await assert.rejects(running.done, /my log is full/);
  assert.deepEqual(sink.taken, ["s1 1"]);

  const heard: string[] = [];
  const second = new ToyConnector();
  const onError = (error: Error): void => void heard.push(error.message);
  const calm = capture(second, new ToySink(), { onStatus, onError });
  await second.started;
  second.status(status);
  await calm.close();
  assert.deepEqual(heard, ["my log is full"]);
});

test("Health says that it is not ready while a socket is dead or the disk is not written", async () => {
  const connector = new ToyConnector();
  const sink = new ToySink();
  const heard: string[] = [];
  const clock = new ManualClock(100);
  const running = capture(connector, sink, { clock, onError: (e) => void heard.push(e.message) });
  assert.deepEqual([running.health().stage, running.health().ready], ["starting", false]);
  await connector.started;
  assert.equal(running.health().ready, false, "the sink has not said anything");
  sink.state({ writing: true });
  const { ready, connected, lastInboundAgeMicros } = running.health();
  assert.deepEqual([ready, connected, lastInboundAgeMicros], [true, true, 60]);
  connector.connected = false;
  assert.deepEqual([running.health().ready, running.health().connected], [false, false]);
  connector.connected = true;
  sink.state({ writing: false, problem: "the disk is full" });
  sink.state({ writing: false, problem: "the disk is full" });
  assert.equal(running.health().ready, false);
  assert.deepEqual(heard, ["the disk is full"]);
  await running.close();
  assert.equal(running.health().ready, false);
});

test("Metrics tell at the end what came in, what was dropped and what was kept", async () => {
  const connector = new ToyConnector();
  const metrics = new MetricsRegistry();
  const running = capture(connector, new ToySink(), { ringBytes: RING, metrics });
  await connector.started;
  connector.frame(1, "{}");
  connector.frame(2, "x".repeat(5000));
  await running.close();
  const lines = metrics.text().split("\n");
  for (
    const line of [
      'ssmd_capture_frames_total{feed="toy"} 2',
      'ssmd_capture_bytes_total{feed="toy"} 5002',
      'ssmd_capture_dropped_frames_total{feed="toy",cause="too_large"} 1',
      'ssmd_sink_records_total{feed="toy"} 2',
      'ssmd_capture_ready{feed="toy"} 0',
      'ssmd_capture_reconnects_total{feed="toy"} 2',
    ]
  ) assert.ok(lines.includes(line), `${line} in\n${lines.join("\n")}`);
  const families = lines.filter((line) => line.startsWith("# TYPE"));
  assert.equal(lines.filter((line) => line.startsWith("# HELP")).length, families.length);
});

test("A buffer size that is no power of two is refused at once", () => {
  assert.throws(() => capture(new ToyConnector(), new ToySink(), { ringBytes: 1000 }), RangeError);
});

test("No timer is left when a capture has ended", {
  skip: typeof process.getActiveResourcesInfo === "function" && !("bun" in process.versions) &&
      !("deno" in process.versions)
    ? false
    : "this runtime does not tell its timers",
}, async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const connector = new ToyConnector();
  const sink = new ToySink(false);
  const running = capture(connector, sink, { ringBytes: RING });
  await connector.started;
  fill(connector);
  sink.isOpen = true;
  await running.close();
  assert.equal(timers(), before);
});
