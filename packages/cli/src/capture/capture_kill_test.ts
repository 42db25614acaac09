import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ArchiveLines, type Gap, readCatalog, SystemClock } from "@ssmd/core";
import { fileArchive } from "@ssmd/core/fs";
import { SyntheticSource } from "@ssmd/kalshi/server";
import { runHere, type Running, startCli, withFolder } from "../run_cli_test_support.ts";
import { startSetup } from "./capture_setup_test_support.ts";

/** The other runtimes have their own timers and files, and the same code: a few kills tell. */
const isNode = !("deno" in process.versions || "bun" in process.versions);
/** How often the recorder is killed; the soak run asks for more. */
const KILLS = Number(process.env["SSMD_KILLS"] ?? (isNode ? 20 : 5));
const FRAMES_PER_SECOND = 4000;

/** What one life of the recorder told before it was killed. */
interface Life {
  /** Our count of the last frame of each session that was reported durable. */
  readonly durable: Map<string, number>;
}

interface StoredSession {
  readonly seqs: number[];
  /** When its first frame came. */
  readonly firstReceivedAt: number;
}

/** What is in the archive. */
interface Stored {
  readonly sessions: ReadonlyMap<string, StoredSession>;
  readonly restarts: readonly { readonly gap: Gap; readonly lastReceivedAt: number }[];
}

test(`After each of ${KILLS} kills every frame that was reported durable is stored once and a gap stands for the rest`, async () => {
  await withFolder(async (folder) => {
    const start = new SystemClock().now();
    const source = new SyntheticSource({
      seed: KILLS,
      start,
      markets: 60,
      framesPerSecond: FRAMES_PER_SECOND,
    });
    const setup = await startSetup(folder, source, {
      subscription: ["series: [KXBTC15M, KXETH15M, KXGOLD15M, KXSOL15M]"],
      storage: ["rotation: 1s", "sync: 1s", "minFree: 1MiB"],
    });
    try {
      const lives: Life[] = [];
      const sealed = new Map<string, string>();
      for (let kill = 0; kill < KILLS; kill++) {
        lives.push(await liveAndDie(setup.args, kill));
        await assertUnchanged(setup.root, sealed);
      }
      lives.push(await liveAndStop(setup.args));
      await assertUnchanged(setup.root, sealed);
      await assertAccounted(setup.root, lives);
    } finally {
      await setup.exchange.close();
    }
  });
});

/** Runs the recorder until something is durable and then for a moment chosen by `kill`. */
async function liveAndDie(args: readonly string[], kill: number): Promise<Life> {
  const { life, running } = await live(args);
  // Spread over a sync interval and a rotation, so that kills fall everywhere in them.
  await sleep((kill * 397) % 1500);
  running.kill("SIGKILL");
  const { code, err } = await running.ended;
  assert.equal(code, "SIGKILL", err);
  return life;
}

async function liveAndStop(args: readonly string[]): Promise<Life> {
  const { life, running } = await live(args);
  running.kill("SIGTERM");
  const { code, err } = await running.ended;
  assert.equal(code, 0, err);
  return life;
}

/** Starts the recorder; resolves when it has reported something durable. */
async function live(args: readonly string[]): Promise<{ life: Life; running: Running }> {
  const life: Life = { durable: new Map() };
  let onDurable = (): void => {};
  const first = new Promise<void>((resolve) => onDurable = resolve);
  const running = startCli(["capture", ...args, "--json"], {
    onLine: (line) => note(line, life, onDurable),
  });
  await Promise.race([first, running.ended]);
  if (life.durable.size > 0) return { life, running };
  throw new Error(`the recorder ended by itself: ${JSON.stringify(await running.ended)}`);
}

function note(line: string, life: Life, onDurable: () => void): void {
  const { event, session, seq } = JSON.parse(line) as {
    readonly event: string;
    readonly session: string;
    readonly seq: number;
  };
  if (event !== "durable") return;
  assert.ok(seq > (life.durable.get(session) ?? 0), "what is durable only grows");
  life.durable.set(session, seq);
  onDurable();
}

/** Sealed files that were seen before are still there, byte for byte. */
async function assertUnchanged(root: string, sealed: Map<string, string>): Promise<void> {
  const now = new Map<string, string>();
  for (const name of await readdir(root, { recursive: true })) {
    if (!name.endsWith(".jsonl.gz") || name.includes(".tmp")) continue;
    const bytes = await readFile(join(root, name));
    now.set(name, createHash("sha256").update(bytes).digest("hex"));
  }
  for (const [name, digest] of sealed) assert.equal(now.get(name), digest, name);
  for (const [name, digest] of now) sealed.set(name, digest);
}

async function assertAccounted(root: string, lives: readonly Life[]): Promise<void> {
  const verified = await runHere(["archive", "verify", root]);
  assert.equal(verified.code, 0, verified.out + verified.err);
  const { sessions, restarts } = await readStored(root);
  for (const { durable } of lives) {
    assert.ok(durable.size > 0);
    for (const [session, seq] of durable) {
      const stored = sessions.get(session)?.seqs.filter((each) => each <= seq) ?? [];
      const all = Array.from({ length: seq }, (_, index) => index + 1);
      assert.deepEqual(stored, all, `session ${session} up to ${seq}`);
    }
  }
  assert.equal(restarts.length, lives.length - 1);
  for (const { gap, lastReceivedAt } of restarts) {
    assert.equal(gap.from, lastReceivedAt);
    assert.equal(gap.to, sessions.get(gap.session)?.firstReceivedAt);
    assert.equal(gap.missing, undefined);
    assert.equal(gap.markets, undefined);
  }
}

async function readStored(root: string): Promise<Stored> {
  const io = fileArchive(root);
  assert.equal((await readCatalog(io.storage)).length, 1);
  const lines = await ArchiveLines.open(io, {});
  const sessions = new Map<string, StoredSession>();
  const restarts: Stored["restarts"][number][] = [];
  let lastReceivedAt = NaN;
  try {
    for (let more = true; more;) {
      more = await lines.fill();
      while (lines.next()) {
        const { reader, time } = lines;
        if (reader.gap?.reason === "restart") restarts.push({ gap: reader.gap, lastReceivedAt });
        if (reader.kind === "frame") {
          const known = sessions.get(reader.session);
          if (known === undefined) {
            sessions.set(reader.session, { seqs: [reader.seq], firstReceivedAt: time });
          } else known.seqs.push(reader.seq);
        }
        lastReceivedAt = time;
      }
    }
  } finally {
    await lines.close();
  }
  return { sessions, restarts };
}
