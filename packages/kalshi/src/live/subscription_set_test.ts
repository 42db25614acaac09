import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ChannelPlan } from "./channel.ts";
import { readControlReply } from "./control_reply.ts";
import type { SubscriptionEvent } from "./subscription_event.ts";
import { SubscriptionSet } from "./subscription_set.ts";
import { SUBSCRIPTION_TIMING, type SubscriptionTiming } from "./subscription_timing.ts";
import { type ToyMood, ToySubscriptions } from "./toy_subscriptions_test_support.ts";

const TIMING: SubscriptionTiming = {
  ...SUBSCRIPTION_TIMING,
  batchMarkets: 4,
  rejectedRetryMs: 1e9,
  commandsPerSecond: 20,
};
const PLANS: readonly ChannelPlan[] = [
  { channel: "orderbook_delta", filtered: true },
  { channel: "trade", filtered: true },
  { channel: "market_lifecycle_v2", filtered: false },
];

/** A set and the toy it talks to, on a clock of their own. */
class Talk {
  readonly toy = new ToySubscriptions();
  readonly set: SubscriptionSet;
  readonly events: SubscriptionEvent[] = [];
  readonly sent: string[] = [];
  now = 0;

  constructor(plans: readonly ChannelPlan[] = PLANS, timing: SubscriptionTiming = TIMING) {
    this.set = new SubscriptionSet(plans, timing, 0);
  }

  get moment() {
    return { now: this.now, at: 1_000_000 + this.now * 1000 };
  }

  /** Sends what is due and delivers up to `frames` of what comes back. */
  step(ms: number, frames: number): void {
    this.now += ms;
    this.set.tick(this.now);
    for (let next = this.set.next(this.now); next !== undefined; next = this.set.next(this.now)) {
      this.sent.push(next.text);
      this.toy.receive(next.text);
    }
    for (const frame of this.toy.outbox.splice(0, frames)) this.deliver(frame);
    this.look();
  }

  deliver(frame: Readonly<Record<string, unknown>>): void {
    const reply = readControlReply(frame);
    if (reply !== undefined) this.set.reply(reply, this.moment);
    else {
      const { market_ticker } = frame["msg"] as { market_ticker: string };
      this.set.snapshot(market_ticker, this.moment);
    }
    this.look();
  }

  disconnect(): void {
    this.toy.reset();
    this.set.disconnected(this.moment);
    this.look();
  }

  /** Steps until nothing is left to do; the number of steps. */
  settle(): void {
    for (let steps = 0; !this.set.settled || this.toy.outbox.length > 0; steps++) {
      assert.ok(steps < 3000, "it never comes to rest");
      this.step(500, Infinity);
    }
  }

  private look(): void {
    for (const event of this.set.takeEvents()) {
      this.events.push(event);
      if (event.type === "released") {
        for (const market of event.markets) {
          assert.ok(!this.toy.has(market), `${market} is released and still subscribed to`);
        }
      }
      if (event.type === "reconnect") this.disconnect();
    }
  }
}

const market = fc.constantFrom("A", "B", "C", "D", "E", "F", "G", "BAD1", "BAD2", "BLANK1");
const markets = fc.array(market, { maxLength: 6 });
const mood = fc.constantFrom<ToyMood>("well", "mute", "deaf", "retry", "slow", "unknown_sid");
const action = fc.oneof(
  fc.record({ do: fc.constant("add" as const), markets }),
  fc.record({ do: fc.constant("remove" as const), markets }),
  fc.record({
    do: fc.constant("step" as const),
    ms: fc.constantFrom(0, 1, 400, 11_000, 31_000),
    frames: fc.nat(8),
    mood,
  }),
  fc.record({ do: fc.constant("gap" as const), channel: fc.constantFrom(0, 1, 2) }),
  fc.record({ do: fc.constant("overflow" as const), channel: fc.constantFrom(0, 1, 2) }),
  fc.record({ do: fc.constant("disconnect" as const) }),
);

test("Whatever happens, in the end what is confirmed is what is wanted and not refused", () => {
  const runs = Number(process.env["SSMD_SUBSCRIPTION_RUNS"] ?? 300);
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), fc.boolean(), (actions, namesMarkets) => {
      const talk = new Talk();
      const { set, toy } = talk;
      toy.namesMarkets = namesMarkets;
      for (const step of actions) {
        if (step.do === "add") set.add(step.markets);
        else if (step.do === "remove") set.remove(step.markets);
        else if (step.do === "disconnect") talk.disconnect();
        else if (step.do === "step") {
          toy.mood = step.mood;
          talk.step(step.ms, step.frames);
        } else {
          const { channel } = PLANS[step.channel]!;
          const sid = toy.sid(channel);
          if (step.do === "overflow") toy.overflow(channel);
          else if (sid !== undefined) set.gap(sid, talk.now);
        }
      }
      toy.mood = "well";
      const before = talk.sent.length;
      talk.settle();
      const effort = talk.sent.length - before;
      assert.ok(effort < 150, `${effort} commands to come to rest`);

      const accepted = [...set.wanted].filter((name) => !name.startsWith("BAD")).sort();
      for (const { channel } of PLANS.slice(0, 2)) {
        assert.deepEqual([...toy.markets(channel)].sort(), accepted, channel);
        assert.deepEqual(
          [...set.channels.find((c) => c.channel === channel)!.confirmed].sort(),
          accepted,
        );
      }
      assert.notEqual(toy.sid("market_lifecycle_v2"), undefined);
      const aside = [...set.wanted].filter((name) => /^BAD|^BLANK/.test(name)).sort();
      assert.deepEqual([...set.rejected()].sort(), aside);

      const rested = talk.sent.length;
      for (let i = 0; i < 100; i++) talk.step(10_000, Infinity);
      assert.equal(talk.sent.length, rested, "commands although nothing changes");
    }),
    { numRuns: runs },
  );
});
