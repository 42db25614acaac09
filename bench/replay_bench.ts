/**
 * Import and replay of one recorded market, and the memory of a replay ten times as long over the
 * same markets. Figures of the recorded market need SSMD_DATA; without it a made-up session stands in.
 */
import { BookSet, importTapes, parseIsoTime, Replay, type Tape } from "@ssmd/core";
import { fileArchive } from "@ssmd/core/fs";
import { generateSession, KalshiDecoder, KalshiSequence } from "@ssmd/kalshi";
import { spawnSync } from "node:child_process";
import { createReadStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { argv, env, execArgv, execPath, resourceUsage, version } from "node:process";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";

const ROUNDS = 7;
const START = parseIsoTime("2026-01-05T15:00:00Z")!;
const here = fileURLToPath(import.meta.url);

interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ssmd-bench-"));
  try {
    console.log(`Node ${version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${ROUNDS} rounds`);
    const tape = recordedTape() ?? generatedTape(15);
    await importAndReplay(tape, folder);
    await memory(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Interleaves gunzip of the tape (the limit), import, and replay with books of what was imported. */
async function importAndReplay(tape: Tape, folder: string): Promise<void> {
  const gunzip: Sample[] = [];
  const imports: Sample[] = [];
  const replays: Sample[] = [];
  let rows = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const archive = join(folder, `round-${round}`);
    gunzip.push(await timed(() => drain(tape)));
    imports.push(await timed(() => importInto(archive, tape)));
    replays.push(await timed(async () => void (rows = await replayBooks(archive))));
  }
  console.log(`\n${tape.name}: ${rows} events`);
  report("gunzip of the tape", gunzip, gunzip);
  report("import into an archive", imports, gunzip);
  report("replay with books", replays, gunzip);
}

/** Peak memory of a replay in a process of its own, for 15 and for 150 minutes of six markets. */
async function memory(folder: string): Promise<void> {
  const archives = [15, 150].map((minutes) => ({
    minutes,
    path: join(folder, `minutes-${minutes}`),
  }));
  for (const { minutes, path } of archives) await importInto(path, generatedTape(minutes));
  const peaks = archives.map(() => [] as number[]);
  for (let round = 0; round < ROUNDS; round++) {
    archives.forEach(({ path }, index) => {
      const child = spawnSync(execPath, [...execArgv, here, "--peak", path], { encoding: "utf8" });
      if (child.status !== 0) throw new Error(child.stderr);
      peaks[index]!.push(Number(child.stdout));
    });
  }
  const [short, long] = peaks.map(median);
  console.log(
    `\npeak RSS of a replay with books: ${text(peaks[0]!)} MiB for 15 minutes, ${
      text(peaks[1]!)
    } MiB for 150: ${(long! / short!).toFixed(3)} ×`,
  );
}

async function importInto(archive: string, tape: Tape): Promise<void> {
  await importTapes(fileArchive(archive), { feed: "kalshi", stream: "bench" }, [tape], {
    sequence: () => new KalshiSequence({ onLower: "restart" }),
    partial: true,
  });
}

async function replayBooks(archive: string): Promise<number> {
  const decoder = new KalshiDecoder();
  const books = new BookSet(decoder.symbols);
  let rows = 0;
  for await (const batch of new Replay(fileArchive(archive), decoder)) {
    for (let row = 0; row < batch.length; row++) books.apply(batch, row);
    rows += batch.length;
  }
  return rows;
}

async function drain(tape: Tape): Promise<void> {
  const stream = tape.name.endsWith(".gz")
    ? (createReadStream(recordedPath()!).pipe(createGunzip({ chunkSize: 256 * 1024 })))
    : tape.open();
  for await (const chunk of stream) void chunk;
}

function recordedPath(): string | undefined {
  const path = join(env["SSMD_DATA"] ?? "", "gold", "KXGOLD15M-26AUG102300-00.ndjson.gz");
  return existsSync(path) ? path : undefined;
}

function recordedTape(): Tape | undefined {
  const path = recordedPath();
  return path === undefined
    ? undefined
    : { name: "KXGOLD15M-26AUG102300-00.gz", open: () => createReadStream(path) };
}

function generatedTape(minutes: number): Tape {
  const session = generateSession({ seed: 1, start: START, minutes });
  const encoder = new TextEncoder();
  return {
    name: `made-up session of ${minutes} minutes`,
    async *open() {
      let block: string[] = [];
      for (const line of session.lines()) {
        block.push(line, "\n");
        if (block.length < 2000) continue;
        yield encoder.encode(block.join(""));
        block = [];
      }
      yield encoder.encode(block.join(""));
    },
  };
}

async function timed(work: () => Promise<void>): Promise<Sample> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

function report(label: string, samples: readonly Sample[], limit: readonly Sample[]): void {
  const wall = samples.map(({ wallMs }) => wallMs);
  const ratio = median(wall) / median(limit.map(({ wallMs }) => wallMs));
  const cpu = median(samples.map(({ cpuMs }) => cpuMs)).toFixed(0);
  console.log(
    `${label.padEnd(24)} ${text(wall)} ms wall, ${cpu} ms CPU, ${ratio.toFixed(2)} × gunzip`,
  );
}

function text(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

if (argv[2] === "--peak") {
  await replayBooks(argv[3]!);
  // Node gives kilobytes.
  console.log((resourceUsage().maxRSS / 1024).toFixed(1));
} else {
  await main();
}
