import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ArchiveLines,
  type CaptureSummary,
  type EpochMicros,
  MICROS_PER_SECOND,
  SystemClock,
} from "@ssmd/core";
import { fileArchive } from "@ssmd/core/fs";
import { type KalshiExchange, SyntheticSource } from "@ssmd/kalshi/server";
import { runHere, startCli, withFolder } from "../run_cli_test_support.ts";
import { startSetup } from "./capture_setup_test_support.ts";
import { FollowedExchange } from "./followed_exchange_test_support.ts";
import { MarketTime } from "./market_time_test_support.ts";

/** Minutes of market time; the soak run asks for a day. */
const MINUTES = Number(process.env["SSMD_MARKET_MINUTES"] ?? 10);
/** Whether each tenth's memory is told. */
const TELLS = process.env["SSMD_MARKET_MINUTES"] !== undefined;
const FRAMES_PER_SECOND = MINUTES > 60 ? 200 : 1000;
const MINUTE: EpochMicros = 60 * MICROS_PER_SECOND;
const WINDOW: EpochMicros = 15 * MINUTE;
/**
 * Frames that may be on their way to the disk, half a ring of them. A socket is read whether or not
 * the disk keeps up: the exchange has to wait for the disk if nothing is to overflow.
 */
const MOST_BEHIND = 100_000;
/**
 * How much of the frames' bytes passes before memory counts: a runtime's heap takes its first seconds
 * under load to come to its size. A day's first tenth is far longer than that.
 */
const WARM_UP_BYTES = 80 * 2 ** 20;
const WARM_UP_MOST: EpochMicros = 60 * MINUTE;
/**
 * On the others the first minutes say less: Bun's heap swings by half between two whole collections,
 * and Deno frees what lies outside of its heap so rarely that its memory is level only after some
 * three million frames.
 */
const MOST_GROWTH = "bun" in process.versions || "deno" in process.versions ? 1.5 : 1.2;
const HAS_PROC = existsSync("/proc/self/status");

/** What the recorder said of itself. */
interface Said {
  /** Our count of the last durable frame, by session. */
  readonly durable: Map<string, number>;
  summary?: CaptureSummary;
}

/** What is in the archive: frames by the exchange's subscription, 0 for replies that carry none. */
type Stored = ReadonlyMap<number, number>;

test(`After ${MINUTES} minutes of market time every frame is stored and memory is what it was`, async () => {
  await withFolder(async (folder) => {
    // Ahead of the machine's time, which the thread that writes has: what its clock says is due never is.
    const start = (Math.floor(new SystemClock().now() / WINDOW) + 2) * WINDOW - 4 * MINUTE;
    const source = new SyntheticSource({
      seed: MINUTES,
      start,
      markets: 40,
      framesPerSecond: FRAMES_PER_SECOND,
    });
    const { exchange, args, root } = await startSetup(folder, source, {
      subscription: ["series: [KXBTC15M, KXETH15M, KXGOLD15M, KXSOL15M]"],
      storage: ["rotation: 15m", "sync: 1s", "minFree: 1MiB"],
      speed: "manual",
      // The recorder signs with the market's time, the exchange checks by the machine's.
      timestampWindowMs: Infinity,
    });
    const time = new MarketTime(folder, start);
    const said: Said = { durable: new Map() };
    const running = startCli(["capture", ...args, "--json"], {
      preload: time.preload,
      onLine: (line) => listen(line, said),
    });
    let isRunning = true;
    const ended = running.ended.finally(() => isRunning = false);
    try {
      const market = new FollowedExchange(exchange, source.catalog, time);
      await market.follows(start);
      const [connection = 0, ...others] = exchange.connections();
      assert.deepEqual(others, []);
      const behind = (): number => {
        assert.ok(isRunning, "the recorder runs");
        return framesSent(exchange, connection).all - sum(said.durable.values());
      };
      const keptUp = async (): Promise<void> => {
        while (behind() > MOST_BEHIND) await sleep(5);
      };
      for (let minute = 1; exchange.counts.bytes < WARM_UP_BYTES; minute++) {
        assert.ok(minute * MINUTE < WARM_UP_MOST, "frames come");
        await market.play(start + minute * MINUTE, keptUp);
      }
      const memory: number[] = [];
      await market.play(exchange.now() + MINUTES * MINUTE, () => {
        if (HAS_PROC) memory.push(residentMib(running.pid));
        return keptUp();
      });
      assert.ok(market.rollovers >= Math.floor(MINUTES / 15), `${market.rollovers} rollovers`);
      assert.equal(exchange.counts.handshakes, 1);
      // Then the end loses nothing that is on its way.
      while (behind() > 0) await sleep(20);
      running.kill("SIGTERM");
      const { code, err } = await ended;
      assert.equal(code, 0, err);
      assertNothingLost(said.summary);
      const { bySid } = framesSent(exchange, connection);
      await assertStored(root, bySid, said.summary!.frames);
      assertFlat(memory);
    } finally {
      if (isRunning) running.kill("SIGKILL");
      await ended;
      await exchange.close();
      time.close();
    }
  });
});

if (!HAS_PROC) {
  const skip = "there is no /proc to read another process's memory from";
  test("A recorder's memory after a day is what it was", { skip }, () => {});
}

/** What a process has in memory, in MiB. */
function residentMib(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(found?.[1]) / 1024;
}

/** Memory in the last tenth is what it was in the first. */
function assertFlat(memory: readonly number[]): void {
  if (!HAS_PROC) return;
  const tenths = Array.from({ length: 10 }, (_, tenth) => leastOf(memory, tenth / 10));
  const told = `RSS in MiB in each tenth: ${tenths.map(Math.round).join(" ")}`;
  if (TELLS) console.error(told);
  const [first = 0] = tenths;
  const last = tenths.at(-1) ?? Infinity;
  assert.ok(first > 0 && last <= MOST_GROWTH * first, told);
}

/** The least of the tenth of `memory` that begins at `share` of it: what a collection left. */
function leastOf(memory: readonly number[], share: number): number {
  const begin = Math.floor(memory.length * share);
  return Math.min(...memory.slice(begin, begin + Math.ceil(memory.length / 10)));
}

function listen(line: string, said: Said): void {
  const event = JSON.parse(line) as CaptureSummary & {
    readonly event: string;
    readonly session: string;
    readonly seq: number;
  };
  if (event.event === "durable") said.durable.set(event.session, event.seq);
  if (event.event === "stopped") said.summary = event;
}

/** What the exchange sent so far. */
function framesSent(
  exchange: KalshiExchange,
  connection: number,
): { readonly bySid: ReadonlyMap<number, number>; readonly all: number } {
  const facts = exchange.subscriptions(connection) ?? [];
  const bySid = new Map(facts.map(({ sid, frames }) => [sid, frames]));
  // The reply to a subscribe names its subscription inside: the exchange counts it for none.
  return { bySid, all: sum(bySid.values()) + bySid.size };
}

function assertNothingLost(summary: CaptureSummary | undefined): void {
  assert.ok(summary !== undefined, "the recorder said what it did");
  const { dropped, lost, reconnects } = summary;
  assert.deepEqual({ dropped, lost, reconnects }, { dropped: 0, lost: 0, reconnects: 0 });
  // What is unsubscribed after its close was not to be seen any more.
  const { unsubscribed: _, ...losses } = summary.gaps;
  assert.deepEqual(losses, {});
}

/** The archive is whole and holds what the exchange sent of each subscription. */
async function assertStored(
  root: string,
  sent: ReadonlyMap<number, number>,
  frames: number,
): Promise<void> {
  const verified = await runHere(["archive", "verify", root]);
  assert.equal(verified.code, 0, verified.out + verified.err);
  const stored = await readStored(root);
  const { size } = sent;
  assert.ok(size >= 4, `${size} subscriptions`);
  for (const [sid, count] of sent) assert.equal(stored.get(sid), count, `subscription ${sid}`);
  assert.equal(sum(stored.values()), frames);
  assert.equal(stored.get(0), size);
}

async function readStored(root: string): Promise<Stored> {
  const lines = await ArchiveLines.open(fileArchive(root), {});
  const stored = new Map<number, number>();
  const utf8 = new TextDecoder();
  try {
    for (let more = true; more;) {
      more = await lines.fill();
      while (lines.next()) {
        const { kind, data, start, end } = lines.reader;
        if (kind !== "frame") continue;
        const text = utf8.decode(data.subarray(start, end));
        const { sid = 0 } = JSON.parse(text) as { readonly sid?: number };
        stored.set(sid, (stored.get(sid) ?? 0) + 1);
      }
    }
  } finally {
    await lines.close();
  }
  return stored;
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
