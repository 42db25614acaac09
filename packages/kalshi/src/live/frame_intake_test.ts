import assert from "node:assert/strict";
import { test } from "node:test";
import { type Gap, ManualClock, type RawMessage, type SentMessage } from "@ssmd/core";
import type { ConnectionHost } from "./connection_host.ts";
import { ConnectorCounts } from "./connector_counts.ts";
import { channelPlans, connectorSettings } from "./connector_options.ts";
import { FrameIntake } from "./frame_intake.ts";
import { SessionNames } from "./session_name.ts";
import { SubscriptionSet } from "./subscription_set.ts";

/** An intake whose records are written down in short, with subscriptions that a test answers. */
class Scene {
  readonly records: string[] = [];
  readonly gaps: Gap[] = [];
  readonly counts = new ConnectorCounts();
  readonly set: SubscriptionSet;
  readonly intake: FrameIntake;
  at = 0;

  constructor(channels: readonly ("orderbook_delta" | "trade" | "market_lifecycle_v2")[]) {
    const settings = connectorSettings({
      url: "ws://127.0.0.1:9/trade-api/ws/v2",
      channels,
      markets: () => [],
    });
    this.set = new SubscriptionSet(channelPlans(settings, true), settings.subscriptions, 0);
    const host: ConnectionHost = {
      settings,
      clock: new ManualClock(),
      counts: this.counts,
      names: new SessionNames(() => 0),
      deliver: (record) => this.#keep(record),
      report: () => {},
      released: () => {},
      full: () => {},
    };
    this.intake = new FrameIntake("s", host, this.set);
  }

  #keep(record: RawMessage | Gap | SentMessage): void {
    if ("reason" in record) {
      this.gaps.push(record);
      const { reason, from, to, markets = ["all"] } = record;
      this.records.push(`gap ${reason} ${from}-${to} ${markets.join()}`);
    } else {
      const { type, seq } = JSON.parse(new TextDecoder().decode(record.data));
      this.records.push(seq === undefined ? type : `${type} ${seq}`);
    }
  }

  frame(frame: object): void {
    this.intake.take(new TextEncoder().encode(JSON.stringify(frame)), this.at += 10, 0);
  }

  book(seq: number, market: string, sid = 1): void {
    this.frame({ type: "orderbook_snapshot", sid, seq, msg: { market_ticker: market } });
  }

  delta(seq: number, market: string): void {
    const msg = { market_ticker: market, price_dollars: "0.5000", delta_fp: "1.00", side: "yes" };
    this.frame({ type: "orderbook_delta", sid: 1, seq, msg });
  }

  /** Lets the exchange confirm whatever is asked. */
  confirm(sid = 1): void {
    for (let next = this.set.next(0); next !== undefined; next = this.set.next(0)) {
      const { id, channel } = next;
      this.frame({ type: "subscribed", id, msg: { channel, sid: sid++ } });
    }
  }

  /** What was recorded since it was asked last. */
  take(): string[] {
    return this.records.splice(0);
  }
}

test("A gap stands before the frame that reveals it, with all markets of the subscription", () => {
  const scene = new Scene(["orderbook_delta"]);
  scene.set.add(["A", "B"]);
  scene.confirm();
  scene.book(1, "A");
  scene.delta(4, "A");
  assert.deepEqual(scene.take(), [
    "subscribed",
    "orderbook_snapshot 1",
    "gap sequence 2-3 A,B",
    "orderbook_delta 4",
  ]);
  const [gap] = scene.gaps;
  assert.deepEqual([gap?.sid, gap?.missing, gap?.books, gap?.tsRecv], [1, 2, undefined, 30]);
  assert.equal(JSON.parse(scene.set.next(0)!.text).params.action, "get_snapshot");
});

test("A gap in a channel of all markets names none, and says that no book is concerned", () => {
  const scene = new Scene(["market_lifecycle_v2"]);
  scene.confirm();
  scene.frame({ type: "market_lifecycle_v2", sid: 1, seq: 1, msg: {} });
  scene.frame({ type: "market_lifecycle_v2", sid: 1, seq: 3, msg: {} });
  const [gap] = scene.gaps;
  assert.deepEqual([gap?.markets, gap?.books], [undefined, false]);
});

test("A snapshot that comes late or twice is no snapshot, because decoders pass over it", () => {
  const scene = new Scene(["orderbook_delta"]);
  scene.set.add(["A", "B"]);
  scene.confirm();
  scene.book(1, "B");
  scene.delta(3, "B");
  scene.book(2, "A");
  assert.equal(scene.counts.late, 1);
  const { params } = JSON.parse(scene.set.next(0)!.text);
  assert.deepEqual(params.market_tickers, ["A", "B"]);
  scene.book(3, "B");
  assert.equal(scene.counts.duplicates, 1);
  scene.book(4, "A");
  assert.ok(!scene.set.settled);
  scene.book(5, "B");
  assert.ok(scene.set.settled);
});

test("What is followed again is recorded before its first snapshot, not after", () => {
  const scene = new Scene(["orderbook_delta"]);
  scene.set.add(["A", "B"]);
  scene.confirm();
  scene.book(1, "A");
  scene.book(2, "B");
  scene.take();
  scene.frame({ type: "error", sid: 1, seq: 3, msg: { code: 10, msg: "Channel error" } });
  assert.deepEqual(scene.take(), ["error 3", "gap disconnect 30-40 A,B"]);
  const { id } = scene.set.next(1000)!;
  scene.book(1, "A", 2);
  assert.deepEqual(scene.take(), ["gap disconnect 40-50 A,B", "orderbook_snapshot 1"]);
  scene.frame({ type: "subscribed", id, msg: { channel: "orderbook_delta", sid: 2 } });
  scene.book(2, "B", 2);
  assert.deepEqual(scene.take(), ["subscribed", "orderbook_snapshot 2"]);
});

test("A low number that nobody missed means a new count: one gap, and a new subscription", () => {
  const scene = new Scene(["orderbook_delta"]);
  scene.set.add(["A"]);
  scene.confirm();
  for (const seq of [1, 2, 3]) scene.book(seq, "A");
  scene.take();
  for (const seq of [1, 2]) scene.delta(seq, "A");
  assert.deepEqual(scene.take(), [
    "gap disconnect 40-50 A",
    "orderbook_delta 1",
    "orderbook_delta 2",
  ]);
  assert.equal(JSON.parse(scene.set.next(0)!.text).cmd, "unsubscribe");
});
