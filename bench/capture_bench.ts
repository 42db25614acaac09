/**
 * What a live capture costs: the thread with the socket, from the socket through the ring, while a
 * worker writes the journal to disk, against a bare `ws` client with an empty handler; and 5,000
 * books for a while, with everything that was sent accounted for.
 *
 * The exchange has a process of its own, and each client too. It plays the same frames at every
 * start; rounds are interleaved. A thread's CPU time is the system's own, so a busy machine disturbs
 * it less than wall time. Run `npm run bench -- capture`.
 * @module
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { verifyArchive } from "@ssmd/core";
import { fileArchive } from "@ssmd/core/fs";
import { KalshiSequence } from "@ssmd/kalshi";
import type { ClientEnd, ClientOrder, ClientReport } from "./capture/client.ts";
import type { ExchangeOrder, ExchangeQuestion, ExchangeReport } from "./capture/exchange.ts";

const BOOKS = 5000;
/** A little more than the 20,000 that have to come through. */
const FRAMES_PER_SECOND = 20_500;
const ROUNDS = Number(process.env["SSMD_BENCH_ROUNDS"] ?? 7);
const SUSTAINED_MS = 1000 * Number(process.env["SSMD_BENCH_SECONDS"] ?? 30);
/** So little is filled once before a round begins: memory that is touched first is not measured. */
const RING_BYTES = 16 * 1024 * 1024;
const FRAME_TYPES = [
  "orderbook_snapshot",
  "orderbook_delta",
  "ticker",
  "trade",
  "subscribed",
  "ok",
  "error",
];
/** Frames on their way when the exchange stands still. */
const DRAIN_MS = 1500;

/** A process of the bench. */
class Peer {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("exit", (code) => {
      if (code !== 0 && code !== null) process.exit(code);
    });
  }

  static async start(file: string): Promise<Peer> {
    const child = fork(fileURLToPath(new URL(`./capture/${file}`, import.meta.url)));
    await once(child, "message");
    return new Peer(child);
  }

  async ask<Answer>(order: object | string): Promise<Answer> {
    this.#child.send(order);
    return (await once(this.#child, "message"))[0];
  }

  stop(): void {
    this.#child.disconnect();
  }
}

class Exchange {
  readonly #peer: Peer;
  readonly opening: ExchangeReport;

  private constructor(peer: Peer, opening: ExchangeReport) {
    this.#peer = peer;
    this.opening = opening;
  }

  static async start(order: ExchangeOrder): Promise<Exchange> {
    const peer = await Peer.start("exchange.ts");
    return new Exchange(peer, await peer.ask<ExchangeReport>(order));
  }

  ask(question: ExchangeQuestion): Promise<ExchangeReport> {
    return this.#peer.ask(question);
  }

  stop(): void {
    this.#peer.stop();
  }
}

/** Row 7: one connection each, in turn. */
async function perMessage(exchange: Exchange, folder: string): Promise<void> {
  const { url, tickers } = exchange.opening;
  const names = ["plain", "ssmd"] as const;
  const peers = { plain: await Peer.start("client.ts"), ssmd: await Peer.start("client.ts") };
  const reports = { plain: [] as ClientReport[], ssmd: [] as ClientReport[] };
  for (let round = -1; round < ROUNDS; round++) {
    for (const who of names) {
      const order: ClientOrder = {
        who,
        url,
        tickers,
        marketsPerConnection: 2 * BOOKS,
        ringBytes: RING_BYTES,
        folder: join(folder, `round-${round}`),
        settleMs: 3000,
        measureMs: 3000,
      };
      const report = await peers[who].ask<ClientReport>(order);
      await peers[who].ask<ClientEnd>("end");
      if (round >= 0) reports[who].push(report);
    }
    rmSync(join(folder, `round-${round}`), { recursive: true, force: true });
  }
  for (const who of names) peers[who].stop();
  const size = median(reports.ssmd.map(({ frames, bytes }) => bytes / frames));
  console.log(
    `\nsocket → ring → journal on disk: ${BOOKS} books on one connection, ${size.toFixed(0)} B a ` +
      `frame, ${ROUNDS} interleaved rounds of 3 s; CPU per frame, median (min–max)`,
  );
  line("ws, empty handler", reports.plain);
  line("ssmd capture", reports.ssmd);
  const bare = each(reports.plain, "socket");
  const ratios = each(reports.ssmd, "socket").map((nanos, round) => nanos / bare[round]!);
  const [low, high] = [Math.min(...ratios).toFixed(2), Math.max(...ratios).toFixed(2)];
  console.log(
    `  the socket's thread of ssmd costs ${median(ratios).toFixed(2)} × the bare client's of the ` +
      `same round (${low}–${high})`,
  );
}

function line(name: string, reports: readonly ClientReport[]): void {
  const rate = median(reports.map(({ frames, ms }) => frames * 1000 / ms));
  console.log(
    `  ${name.padEnd(18)} socket's thread ${micros(each(reports, "socket"))}, ` +
      `whole process ${micros(each(reports, "all"))}, ${rate.toFixed(0)} frames/s`,
  );
}

function each(reports: readonly ClientReport[], part: keyof ClientReport["cpu"]): number[] {
  return reports.map(({ cpu, frames }) => cpu[part] / frames);
}

function micros(nanos: readonly number[]): string {
  const [low, high] = [Math.min(...nanos), Math.max(...nanos)];
  const text = [median(nanos), low, high].map((value) => (value / 1000).toFixed(2));
  return `${text[0]} µs (${text[1]}–${text[2]})`;
}

/** All books for a while, as `ssmd capture` follows them. */
async function sustained(exchange: Exchange, folder: string): Promise<void> {
  const { url, tickers } = exchange.opening;
  const peer = await Peer.start("client.ts");
  const before = await exchange.ask("report");
  const order: ClientOrder = {
    who: "ssmd",
    url,
    tickers,
    folder,
    settleMs: 2000,
    measureMs: SUSTAINED_MS,
  };
  const { cpu, frames, bytes, ms, health } = await peer.ask<ClientReport>(order);
  await exchange.ask("pause");
  await sleep(DRAIN_MS);
  const { sent, overflows, cpu: exchangeCpu } = await exchange.ask("report");
  const { summary, frames: received } = await peer.ask<ClientEnd>("end");
  peer.stop();
  const { buffer, sink, connector } = health!;
  const share = (nanos: number) => `${(nanos / ms / 1e4).toFixed(1)} %`;
  const mib = (count: number) => `${(count / 2 ** 20).toFixed(1)} MiB`;
  const age = (value: number | undefined) => `${((value ?? NaN) / 1000).toFixed(1)} ms`;
  console.log(
    `\n${tickers.length} books on ${connector.connections.length} connections for ${
      (ms / 1000).toFixed(0)
    } s:\n` +
      `  ${(frames * 1000 / ms).toFixed(0)} frames/s, ${mib(bytes * 1000 / ms)}/s; ` +
      `messages ${age(sink?.frames?.ageP50Micros)} old (p99 ${age(sink?.frames?.ageP99Micros)})\n` +
      `  ring: high water ${mib(buffer.highWater)} of ${
        mib(buffer.capacity)
      }, full ${buffer.full}, ` +
      `dropped ${summary!.dropped}, lost ${summary!.lost}, gaps ${
        JSON.stringify(summary!.gaps)
      }\n` +
      `  CPU of the recorder: socket ${share(cpu.socket)}, sink ${share(cpu.sink)}, rest ${
        share(cpu.rest)
      }, of a core; the exchange took ${((exchangeCpu - before.cpu) / 1e6).toFixed(1)} s, ` +
      `and cut off ${overflows}`,
  );
  const verified = await verifyArchive(fileArchive(folder), {
    sequence: () => new KalshiSequence({ onLower: "late" }),
  });
  const archived = FRAME_TYPES.reduce((sum, type) => sum + (verified.recordsByType[type] ?? 0), 0);
  console.log(
    `  sent ${sent} frames, received ${received}, in the archive ${archived}; ` +
      `verify finds ${verified.problemCount} problems`,
  );
  const intact = sent === received && received === archived && verified.problemCount === 0 &&
    buffer.full === 0;
  if (!intact) throw new Error("The capture lost something");
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}`);
const folder = mkdtempSync(join(tmpdir(), "ssmd-bench-"));
const exchange = await Exchange.start({ markets: BOOKS, framesPerSecond: FRAMES_PER_SECOND });
try {
  await perMessage(exchange, join(folder, "rounds"));
  await sustained(exchange, join(folder, "sustained"));
} finally {
  exchange.stop();
  rmSync(folder, { recursive: true, force: true });
}
