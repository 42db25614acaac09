import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChannelPlan } from "./channel.ts";
import type { ControlReply } from "./control_reply.ts";
import { SubscriptionSet } from "./subscription_set.ts";
import { SUBSCRIPTION_TIMING, type SubscriptionTiming } from "./subscription_timing.ts";

interface Command {
  readonly id: number;
  readonly cmd: string;
  readonly params: {
    readonly action?: string;
    readonly sids?: readonly number[];
    readonly market_tickers?: readonly string[];
  };
}

const BOOKS: readonly ChannelPlan[] = [{ channel: "orderbook_delta", filtered: true }];

/** A set whose commands a test answers itself. */
class Scene {
  readonly set: SubscriptionSet;
  now = 0;

  constructor(
    markets: readonly string[],
    timing: Partial<SubscriptionTiming> = {},
    plans: readonly ChannelPlan[] = BOOKS,
  ) {
    this.set = new SubscriptionSet(plans, { ...SUBSCRIPTION_TIMING, ...timing }, 0);
    this.set.add(markets);
  }

  get moment() {
    return { now: this.now, at: this.now * 1000 };
  }

  /** The next command; fails when none is due. */
  next(): Command {
    const command = this.set.next(this.now);
    assert.ok(command !== undefined, "no command is due");
    return JSON.parse(command.text);
  }

  reply(reply: ControlReply): void {
    this.set.reply(reply, this.moment);
  }

  /** Subscribes to all with sid 1, snapshots included. */
  subscribe(): void {
    const { id, params } = this.next();
    this.reply({ kind: "subscribed", id, sid: 1, channel: "orderbook_delta" });
    for (const market of params.market_tickers ?? []) this.set.snapshot(market, this.moment);
    this.set.takeEvents();
  }

  /** What a command does and to which markets, in short. */
  brief(): string {
    const { cmd, params } = this.next();
    return [params.action ?? cmd, ...params.market_tickers ?? []].join(" ");
  }

  types(): string[] {
    return this.set.takeEvents().map(({ type }) => type);
  }
}

test("A second subscribe that is answered by ok without a sid makes a new connection necessary", () => {
  const scene = new Scene(["A"]);
  scene.reply({ kind: "ok", id: scene.next().id });
  assert.deepEqual(scene.types(), ["reconnect"]);
  const merged = new Scene(["A"]);
  merged.reply({ kind: "ok", id: merged.next().id, sid: 7 });
  assert.deepEqual(merged.types(), ["subscribed"]);
});

test("Too many commands: all of them wait, and the refused one is sent again", () => {
  const scene = new Scene(["A"]);
  scene.reply({ kind: "error", id: scene.next().id, code: 27, text: "Too many requests" });
  assert.equal(scene.set.next(scene.now), undefined);
  scene.now = 1000;
  assert.equal(scene.brief(), "subscribe A");
});

test("A sequence gap asks for every book, the next one soon after subscribes anew, then reconnects", () => {
  const scene = new Scene(["A", "B"]);
  scene.subscribe();
  scene.set.gap(1, scene.now);
  assert.equal(scene.brief(), "get_snapshot A B");
  scene.set.gap(1, scene.now);
  const { id, cmd } = scene.next();
  assert.equal(cmd, "unsubscribe");
  scene.reply({ kind: "unsubscribed", id, sid: 1 });
  const again = scene.next();
  assert.equal(again.cmd, "subscribe");
  scene.reply({ kind: "subscribed", id: again.id, sid: 2, channel: "orderbook_delta" });
  assert.deepEqual(scene.types(), ["resync", "resync", "unsubscribed", "subscribed"]);
  scene.set.gap(2, scene.now);
  assert.deepEqual(scene.types(), ["reconnect"]);
});

test("Gaps that lie far apart are each mended by snapshots", () => {
  const scene = new Scene(["A"]);
  scene.subscribe();
  for (let i = 0; i < 5; i++) {
    scene.now += 60_000;
    scene.set.gap(1, scene.now);
    assert.equal(scene.brief(), "get_snapshot A");
    scene.set.snapshot("A", scene.moment);
  }
  assert.ok(scene.set.settled);
});

test("An exchange that cannot give snapshots is subscribed to anew instead", () => {
  const scene = new Scene(["A"]);
  scene.subscribe();
  scene.set.gap(1, scene.now);
  scene.reply({ kind: "error", id: scene.next().id, code: 13, text: "Unsupported action" });
  scene.now += 60_000;
  assert.equal(scene.brief(), "unsubscribe");
});

test("One market among five hundred that is refused without a name is found in a few commands", () => {
  const markets = Array.from({ length: 500 }, (_, i) => `M${i}`);
  const scene = new Scene(markets);
  let commands = 0;
  while (
    !scene.set.channels[0]!.confirmed.has("M0") || scene.set.channels[0]!.confirmed.size < 499
  ) {
    const { id, params } = scene.next();
    assert.ok(++commands < 40, "too many commands");
    const isBad = params.market_tickers!.includes("M321");
    scene.reply(
      isBad
        ? { kind: "error", id, code: 16, text: "Market not found" }
        : { kind: "ok", id, sid: 1 },
    );
  }
  assert.deepEqual([...scene.set.rejected()], ["M321"]);
  assert.ok(commands <= 20, `${commands} commands`);
});

test("When everything is refused, the pauses between commands grow instead of their number", () => {
  const scene = new Scene(Array.from({ length: 500 }, (_, i) => `M${i}`));
  let commands = 0;
  for (; scene.now < 3_600_000; scene.now += 1000) {
    const command = scene.set.next(scene.now);
    if (command === undefined) continue;
    commands++;
    scene.reply({ kind: "error", id: command.id, code: 11, text: "Invalid parameter" });
  }
  assert.ok(commands > 16 && commands < 50, `${commands} commands in an hour`);
});

test("A channel that does not exist is asked for ever more rarely, and the others go on", () => {
  const scene = new Scene(["A"], {}, [
    { channel: "market_lifecycle_v2", filtered: false },
    ...BOOKS,
  ]);
  let refused = 0;
  for (; scene.now < 3_600_000; scene.now += 1000) {
    for (
      let next = scene.set.next(scene.now);
      next !== undefined;
      next = scene.set.next(scene.now)
    ) {
      if (next.channel === "orderbook_delta") {
        scene.reply({ kind: "subscribed", id: next.id, sid: 1, channel: next.channel });
        scene.set.snapshot("A", scene.moment);
      } else {
        refused++;
        scene.reply({ kind: "error", id: next.id, code: 8, text: "Unknown channel name" });
      }
    }
  }
  assert.ok(refused > 5 && refused < 20, `${refused} attempts in an hour`);
  assert.deepEqual([...scene.set.channels[1]!.confirmed], ["A"]);
});

test("A market that is refused by name after the others were confirmed is set aside alone", () => {
  const scene = new Scene(["A", "BAD", "C"]);
  const { id } = scene.next();
  scene.reply({ kind: "subscribed", id, sid: 1, channel: "orderbook_delta" });
  scene.reply({ kind: "error", id, code: 16, text: "Market not found", markets: ["BAD"] });
  assert.deepEqual([...scene.set.channels[0]!.confirmed], ["A", "C"]);
  assert.deepEqual([...scene.set.rejected()], ["BAD"]);
});

test("A market that leaves and comes back before that is confirmed is followed again afterwards", () => {
  const scene = new Scene(["A", "B"]);
  scene.subscribe();
  scene.set.remove(["A"]);
  const { id } = scene.next();
  scene.set.add(["A"]);
  scene.now += 5;
  scene.reply({ kind: "ok", id, sid: 1 });
  assert.equal(scene.brief(), "add_markets A");
  assert.deepEqual(scene.types(), ["unsubscribed"], "it is not released: it is wanted");
});

test("The last market of a subscription is not deleted but unsubscribed", () => {
  const scene = new Scene(["A", "B"]);
  scene.subscribe();
  scene.set.remove(["A", "B"]);
  const { id, cmd, params } = scene.next();
  assert.deepEqual([cmd, params], ["unsubscribe", { sids: [1] }]);
  scene.reply({ kind: "unsubscribed", id, sid: 1 });
  assert.deepEqual(scene.types(), ["unsubscribed", "released"]);
  assert.equal(scene.set.next(scene.now), undefined);
});

test("When all markets are exchanged for others, the new ones come first", () => {
  const scene = new Scene(["A", "B"]);
  scene.subscribe();
  scene.set.remove(["A", "B"]);
  scene.set.add(["C"]);
  const { id, params } = scene.next();
  assert.deepEqual([params.action, params.market_tickers], ["add_markets", ["C"]]);
  scene.reply({ kind: "ok", id, sid: 1 });
  assert.equal(scene.brief(), "delete_markets A B");
});

test("A gap also concerns books that came before their subscription was confirmed", () => {
  const scene = new Scene(["A"]);
  scene.subscribe();
  scene.set.add(["B"]);
  const { id } = scene.next();
  scene.set.snapshot("B", scene.moment);
  scene.set.gap(1, scene.now);
  scene.reply({ kind: "ok", id, sid: 1 });
  assert.equal(scene.brief(), "get_snapshot A B");
});
