import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { SystemClock } from "@ssmd/core";
import { SyntheticSource } from "@ssmd/kalshi/server";
import { runHere, withFolder } from "../run_cli_test_support.ts";
import { startSetup } from "./capture_setup_test_support.ts";
import { LoggedCapture } from "./logged_capture_test_support.ts";

const MIB = 1024 * 1024;
/** A file system of its own for a child, which vanishes with it; needs root. */
const canMount = process.platform === "linux" &&
  spawnSync("unshare", ["-m", "true"], { stdio: "ignore" }).status === 0;

/** A disk of 8 MiB that only those see who enter it. */
class SmallDisk {
  /** The command that enters it. */
  readonly wrapper: readonly string[];
  /** Its folder as everybody sees it. */
  readonly view: string;
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess, folder: string) {
    this.#holder = holder;
    this.wrapper = ["nsenter", "-t", String(holder.pid), "-m"];
    this.view = join("/proc", String(holder.pid), "root", folder);
  }

  static async mount(folder: string): Promise<SmallDisk> {
    const script = `mount -t tmpfs -o size=8m tmpfs "${folder}" && echo there && exec sleep 600`;
    const holder = spawn("unshare", ["-m", "sh", "-c", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout!, "data");
    return new SmallDisk(holder, folder);
  }

  async unmount(): Promise<void> {
    const gone = once(this.#holder, "close");
    this.#holder.kill("SIGKILL");
    await gone;
  }
}

for (
  const [what, minFree, ballastBytes, problem] of [
    ["is full", "0", 7 * MIB, /the disk is full; free some space \(ENOSPC\)/],
    [
      "is about to be full",
      "2MiB",
      5 * MIB,
      /^the disk has less left than the 2\.1 MB to keep free; free some space$/,
    ],
  ] as const
) {
  test(
    `While the disk ${what} the capture says so, keeps its socket, counts what is lost and goes on when there is room`,
    {
      skip: canMount ? false : "needs the right to mount",
    },
    async () => {
      await withFolder(async (folder) => {
        const source = new SyntheticSource({
          seed: 8,
          start: new SystemClock().now(),
          markets: 100,
          framesPerSecond: 3000,
        });
        const setup = await startSetup(folder, source, {
          subscription: ["series: [KXBTC15M, KXETH15M]"],
          storage: [`minFree: ${minFree}`, "rotation: 1h", "sync: 1s"],
        });
        await mkdir(setup.root);
        const disk = await SmallDisk.mount(setup.root);
        try {
          const ballast = join(disk.view, "ballast");
          await writeFile(ballast, new Uint8Array(ballastBytes));
          const { wrapper } = disk;
          const capture = LoggedCapture.start([...setup.args, "--health", "0"], { wrapper });
          await capture.until("/ready", 200);
          const { level, reason } = await capture.line("trouble");
          assert.equal(level, "error");
          assert.match(String(reason), problem);
          const health = JSON.parse(await capture.until("/health", 503));
          assert.deepEqual([health.connected, health.ready, health.sink.writing], [
            true,
            false,
            false,
          ]);
          assert.match((await capture.ask("/ready")).body, /^not ready: .*free some space/);
          await rm(ballast);
          await capture.until("/health", 200);
          await capture.until("/ready", 200);
          const { frames, dropped, lost, gaps, reconnects } = await capture.stop();
          assert.equal(reconnects, 0);
          assert.equal(setup.exchange.counts.handshakes, 1);
          const verified = await runHere(["archive", "verify", disk.view]);
          assert.equal(verified.code, 0, verified.out + verified.err);
          const stored = await runHere(["archive", "cat", disk.view, "--frames"]);
          const count = stored.out.split("\n").length - 1;
          assert.equal(count + Number(dropped) + Number(lost), Number(frames));
          const cat = await runHere(["archive", "cat", disk.view, "--type", "gap"]);
          const missing = cat.out.split("\n").filter((line) => line !== "")
            .reduce((sum, line) => sum + Number(JSON.parse(line).missing), 0);
          assert.equal(missing, Number(dropped) + Number(lost));
          // A full disk loses what was being written; the floor loses nothing that the buffer holds.
          assert.equal(missing > 0, minFree === "0");
          assert.deepEqual(Object.keys(gaps as object), missing > 0 ? ["overflow"] : []);
        } finally {
          await disk.unmount();
          await setup.exchange.close();
        }
      });
    },
  );
}
