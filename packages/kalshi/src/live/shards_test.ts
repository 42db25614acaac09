import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ShardChange, type ShardOptions, Shards } from "./shards.ts";

const OPTIONS: ShardOptions = { marketsPerConnection: 10, maxConnections: 4, keepsFirst: false };

/** What each connection follows, by the changes alone. */
class Followed {
  readonly on = new Map<number, Set<string>>();
  readonly leaving: { connection: number; market: string }[] = [];

  apply(changes: readonly ShardChange[]): void {
    for (const { connection, add, remove } of changes) {
      for (const market of remove) this.leaving.push({ connection, market });
      for (const market of add) {
        for (const [other, markets] of this.on) {
          assert.ok(!markets.has(market), `${market} is on ${other} and added to ${connection}`);
        }
        if (!this.on.has(connection)) this.on.set(connection, new Set());
        this.on.get(connection)!.add(market);
      }
    }
  }

  release(shards: Shards, count: number): void {
    for (const { connection, market } of this.leaving.splice(0, count)) {
      this.on.get(connection)!.delete(market);
      this.apply(shards.released(connection, [market]));
    }
  }

  all(): string[] {
    return [...this.on.values()].flatMap((markets) => [...markets]).sort();
  }
}

function named(count: number, from = 0): Set<string> {
  return new Set(Array.from({ length: count }, (_, i) => `M${from + i}`));
}

test("New connections get equal shares and keep room for markets that come later", () => {
  const shards = new Shards(OPTIONS);
  const followed = new Followed();
  followed.apply(shards.update(named(17)));
  assert.deepEqual([...followed.on.values()].map(({ size }) => size), [6, 6, 5]);
  followed.apply(shards.update(named(30)));
  assert.deepEqual(shards.connections(), [0, 1, 2]);
  assert.equal(shards.waiting, 0);
  followed.apply(shards.update(named(31)));
  assert.deepEqual(shards.connections(), [0, 1, 2, 3]);
});

test("Five thousand books need three connections by default", () => {
  const shards = new Shards({ ...OPTIONS, marketsPerConnection: 2500 });
  shards.update(named(5000));
  assert.deepEqual(shards.connections(), [0, 1, 2]);
});

test("A market goes nowhere else before its connection has let go of it", () => {
  const market = fc.nat(30);
  const step = fc.oneof(
    fc.record({ markets: fc.uniqueArray(market, { maxLength: 25 }) }),
    fc.record({ release: fc.nat(5) }),
    fc.record({ full: fc.nat(3), capacity: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ rebalance: fc.constant(true) }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, keepsFirst) => {
    const shards = new Shards({ ...OPTIONS, keepsFirst });
    const followed = new Followed();
    let wanted = new Set<string>();
    for (const step of steps) {
      if ("markets" in step) {
        wanted = new Set(step.markets.map((n) => `M${n}`));
        followed.apply(shards.update(wanted));
      } else if ("release" in step) followed.release(shards, step.release);
      else if ("full" in step) {
        const markets = [...followed.on.get(step.full) ?? []];
        followed.apply(shards.full(step.full, step.capacity, markets.slice(step.capacity)));
      } else followed.apply(shards.rebalance());
    }
    while (followed.leaving.length > 0) followed.release(shards, 1);
    assert.equal(followed.all().length + shards.waiting, wanted.size);
    assert.ok(followed.all().every((market) => wanted.has(market)));
    for (const connection of shards.empty()) assert.ok(shards.closed(connection));
    const used = [...followed.on].filter(([, markets]) => markets.size > 0).map(([n]) => n);
    const kept = new Set(keepsFirst ? [0, ...used] : used);
    assert.deepEqual(shards.connections().sort(), [...kept].sort());
  }));
});

test("Very uneven connections become even by moves that are counted", () => {
  const shards = new Shards(OPTIONS);
  const followed = new Followed();
  followed.apply(shards.update(named(20)));
  const kept = new Set([...followed.on.get(0)!, ...[...followed.on.get(1)!].slice(0, 1)]);
  followed.apply(shards.update(kept));
  followed.release(shards, Infinity);
  followed.apply(shards.rebalance());
  followed.release(shards, Infinity);
  assert.equal(shards.moved, 3);
  assert.deepEqual(followed.all(), [...kept].sort());
  assert.deepEqual(shards.rebalance(), []);
});

test("What no connection has room for waits until there is some", () => {
  const shards = new Shards({ ...OPTIONS, maxConnections: 1 });
  const followed = new Followed();
  followed.apply(shards.update(named(12)));
  assert.equal(shards.waiting, 2);
  followed.apply(shards.update(named(10, 5)));
  assert.equal(shards.waiting, 5);
  followed.release(shards, Infinity);
  assert.equal(shards.waiting, 0);
  assert.deepEqual(followed.all(), [...named(10, 5)].sort());
});
