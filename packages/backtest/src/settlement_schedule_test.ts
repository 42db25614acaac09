import assert from "node:assert/strict";
import { test } from "node:test";
import type { Settlement } from "@ssmd/core";
import { SettlementSchedule } from "./settlement_schedule.ts";

const times: Readonly<Record<string, number>> = { A: 30, B: 10, C: 30, D: 20 };

function scheduleOf(): SettlementSchedule {
  return new SettlementSchedule({
    name: "table",
    settlementOf(ticker): Settlement | undefined {
      const time = times[ticker];
      if (time === undefined) return undefined;
      return { yesValue: 0, time, timeSource: "settlement_ts" };
    },
  });
}

function order(schedule: SettlementSchedule): string[] {
  const tickers: string[] = [];
  for (let index = 0; schedule.at(index) !== undefined; index++) {
    tickers.push(schedule.at(index)!.ticker);
  }
  return tickers;
}

test("Settlements come by time, those of one time in the order in which they were added", () => {
  const schedule = scheduleOf();
  for (const ticker of ["C", "A", "E", "B", "A"]) schedule.add(ticker, 0);
  assert.deepEqual(order(schedule), ["B", "C", "A"]);
  assert.deepEqual([schedule.size, schedule.lastTime], [3, 30]);
  assert.deepEqual([schedule.timeAt(0), schedule.timeAt(3)], [10, Infinity]);
  assert.deepEqual([schedule.timeOf("A"), schedule.timeOf("E")], [30, Infinity]);
});

test("One that was over when it came up is known and does not happen", () => {
  const schedule = scheduleOf();
  assert.equal(schedule.add("C", 15), true);
  assert.equal(schedule.add("B", 15), false);
  assert.equal(schedule.add("D", 20), true);
  assert.deepEqual(order(schedule), ["D", "C"]);
  assert.equal(schedule.timeOf("B"), 10);
  const again = scheduleOf();
  again.restore(JSON.parse(JSON.stringify(schedule.save())));
  assert.deepEqual([order(again), again.timeOf("B"), again.size], [["D", "C"], 10, 3]);
});
