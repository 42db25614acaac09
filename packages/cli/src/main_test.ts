import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdir, open, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  type Ran,
  runCli,
  runHere,
  type Running,
  startCli,
  withFolder,
} from "./run_cli_test_support.ts";
import { START_MS, twoMarkets } from "./tape_test_support.ts";
import { contentBelow, filesBelow } from "./tree_test_support.ts";

const KALSHI = ["--feed", "kalshi", "--stream", "books"];
const isUnix = process.platform !== "win32";
const LONG_TAPE_LINES = 80_000;

/** A tape that takes a while to import, written once for all tests that need it. */
async function writeLongTape(path: string): Promise<void> {
  const file = await open(path, "w");
  for (let from = 0; from < LONG_TAPE_LINES; from += 10_000) {
    let text = "";
    for (let i = from; i < from + 10_000; i++) {
      text += `{"recv_ms":${START_MS + i},"event":{"type":"trade","sid":2,"seq":${i + 1},"msg":{` +
        `"trade_id":"t${i}","market_ticker":"A","yes_price_dollars":"0.${10 + i * 7919 % 80}00",` +
        `"count_fp":"${i * 104_729 % 997}.00","taker_side":"yes","ts_ms":${START_MS + i}}}}\n`;
    }
    await file.write(text);
  }
  await file.close();
}

/** Runs `body` with a folder that holds an archive of a short tape, and a long tape. */
async function withLongTape(
  body: (archive: string, importLong: readonly string[], folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const archive = join(folder, "arch");
    const short = join(folder, "short");
    const long = join(folder, "long");
    await writeFile(short, twoMarkets().text);
    await writeLongTape(long);
    const made = await runHere(["archive", "import", short, ...KALSHI, "--out", archive]);
    assert.equal(made.code, 0, made.err);
    await body(archive, ["archive", "import", long, ...KALSHI, "--out", archive], folder);
  });
}

/** Waits until `command` has written some of the long tape's lines; fails when it ends before. */
async function untilItWrites(command: Running, archive: string): Promise<void> {
  let ended = false;
  command.ended.then(() => ended = true);
  const staging = join(archive, "kalshi/books/.import");
  for (;;) {
    const staged = await filesBelow(staging).catch(() => []);
    if (staged.some((path) => path.endsWith(".open"))) return;
    assert.equal(ended, false, "the import ended before it could be stopped");
    await sleep(2);
  }
}

const verify = (archive: string): Promise<Ran> => runHere(["archive", "verify", archive]);

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  test(`${signal} in the middle of an import leaves the archive as it was`, {
    skip: isUnix ? false : "Windows has no signals",
  }, async () => {
    await withLongTape(async (archive, importLong) => {
      const before = await contentBelow(archive);
      const command = startCli(importLong);
      await untilItWrites(command, archive);
      command.kill(signal);
      assert.deepEqual(await command.ended, {
        code,
        out: "",
        err: "ssmd: stopped; nothing unfinished was kept\n",
      });
      assert.deepEqual(await contentBelow(archive), before);
    });
  });
}

test("SIGINT while the standard input is awaited ends the command", {
  skip: isUnix ? false : "Windows has no signals",
}, async () => {
  await withFolder(async (folder) => {
    const args = ["archive", "import", "-", ...KALSHI, "--out", join(folder, "arch")];
    const command = startCli(args, { keepOpen: true, env: { TMPDIR: folder } });
    const copies = async () => (await readdir(folder)).filter((name) => name.startsWith("ssmd-"));
    while ((await copies()).length === 0) await sleep(5);
    command.kill("SIGINT");
    const err = "ssmd: stopped; nothing unfinished was kept\n";
    assert.deepEqual(await command.ended, { code: 130, out: "", err });
    assert.deepEqual(await copies(), []);
  });
});

test("A pipe that the shell gives for a file is a tape like any other", {
  skip: isUnix ? false : "needs bash",
}, async () => {
  await withFolder(async (folder) => {
    const tape = join(folder, "tape");
    await writeFile(tape, twoMarkets().text);
    const archive = join(folder, "arch");
    const pipe = ["bash", "-c", `"$@" <(cat "$TAPE")`, "bash"];
    const args = ["archive", "import", ...KALSHI, "--out", archive];
    const { code, out, err } = await runCli(args, { wrapper: pipe, env: { TAPE: tape } });
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^imported +40 records from 1 tape /);
  });
});

test("After kill -9 in the middle of an import the archive is whole, and the next import works", {
  skip: isUnix ? false : "Windows has no signals",
}, async () => {
  await withLongTape(async (archive, importLong) => {
    const before = await verify(archive);
    assert.equal(before.code, 0, before.out);
    const command = startCli(importLong);
    await untilItWrites(command, archive);
    command.kill("SIGKILL");
    assert.equal((await command.ended).code, "SIGKILL");
    assert.deepEqual(await verify(archive), before);

    const again = await runCli(importLong);
    assert.equal(again.code, 0, again.err);
    assert.match(again.err, /^warning: kalshi\/books\/\.import: import discarded\n$/);
    const { code, out } = await verify(archive);
    assert.equal(code, 0, out);
    assert.match(out, new RegExp(` ${(LONG_TAPE_LINES + 40).toLocaleString("en")} records`));
    const kinds = (await filesBelow(archive)).map((path) => path.split(/[./]/).at(-1));
    assert.deepEqual([...new Set(kinds)].sort(), ["gz", "json"]);

    // Far more than a pipe holds: the command is still writing when its reader leaves.
    const head = ["bash", "-c", `"$@" | head -n 2; echo "\${PIPESTATUS[0]}"`, "bash"];
    const piped = await runCli(["archive", "cat", archive], { wrapper: head });
    assert.equal(piped.err, "");
    const lines = piped.out.split("\n");
    assert.deepEqual([lines.length, lines[2]], [4, "0"]);
    assert.match(lines[1] ?? "", /^\{"type":"orderbook_snapshot",.*"_seq":2\}$/);
  });
});

test("Of two imports into one stream at once one is refused, and names the other", async () => {
  await withLongTape(async (archive, importLong, folder) => {
    const other = join(folder, "other");
    await writeFile(other, twoMarkets({ at: 2, sid: 1 }).text);
    const command = startCli(importLong);
    await untilItWrites(command, archive);
    // It holds the lock however long the others take to start.
    command.kill("SIGSTOP");
    const importOther = ["archive", "import", other, ...KALSHI, "--out", archive];
    const refused = await runCli(importOther);
    const repair = await runHere(["archive", "repair", archive]);
    command.kill("SIGCONT");
    assert.deepEqual([refused.code, refused.out], [2, ""]);
    assert.match(
      refused.err,
      new RegExp(`^ssmd: [^\n]*kalshi/books: process ${command.pid} on host [^\n]+\n$`),
    );
    assert.deepEqual([repair.code, repair.out], [2, ""]);
    assert.match(repair.err, new RegExp(`: process ${command.pid} on host `));
    assert.equal((await command.ended).code, 0);
    assert.equal((await runHere(importOther)).code, 0);
    assert.equal((await verify(archive)).code, 0);
  });
});

test("A file size limit fails an import in one line and leaves the archive as it was", {
  skip: isUnix ? false : "Windows has no file size limit",
}, async () => {
  await withLongTape(async (archive, importLong) => {
    const before = await contentBelow(archive);
    const limit = ["bash", "-c", `ulimit -f 128; trap "" XFSZ; exec "$@"`, "bash"];
    const { code, out, err } = await runCli(importLong, { wrapper: limit });
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /^ssmd: Cannot [^\n]*\(EFBIG\)\n$/);
    assert.deepEqual(await contentBelow(archive), before);
    assert.equal((await verify(archive)).code, 0);
  });
});

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
/** What runs a command without the rights of root; nothing when the tests have none. */
const UNPRIVILEGED: readonly string[] = process.getuid?.() === 0
  ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
  : [];
const [asUser = "test", ...reading] = [...UNPRIVILEGED, "test", "-r", MAIN];
const canTryPermissions = isUnix && spawnSync(asUser, reading).status === 0;

test("A folder that may not be written to is one line, and nothing is made in it", {
  skip: canTryPermissions ? false : "needs an ordinary user who may read the sources",
}, async () => {
  await withFolder(async (folder) => {
    await chmod(folder, 0o755);
    const tape = join(folder, "tape");
    await writeFile(tape, twoMarkets().text);
    await mkdir(join(folder, "closed"), { mode: 0o555 });
    const out = join(folder, "closed", "arch");
    const args = ["archive", "import", tape, ...KALSHI, "--out", out];
    const ran = await runCli(args, { wrapper: UNPRIVILEGED, env: { HOME: tmpdir() } });
    assert.deepEqual([ran.code, ran.out], [2, ""]);
    assert.match(ran.err, /^ssmd: Cannot [^\n]*permission denied[^\n]*\n$/);
    assert.deepEqual(await readdir(join(folder, "closed")), []);
  });
});

test("The process ends with the exit code of its command, and errors are one line", async () => {
  await withFolder(async (folder) => {
    await mkdir(join(folder, "kalshi/s/2026-01-05"), { recursive: true });
    await writeFile(join(folder, "kalshi/s/2026-01-05/1500.jsonl.gz"), "rubbish");
    for (
      const [args, code, err] of [
        [["--version"], 0, /^$/],
        [["archive", "verify", folder], 1, /^$/],
        [["archive", "verify", join(folder, "none")], 2, /^ssmd: [^\n]+\n$/],
        [["nonsense"], 2, /^ssmd: [^\n]+\n$/],
      ] as const
    ) {
      const ran = await runCli(args);
      assert.equal(ran.code, code, args.join(" "));
      assert.match(ran.err, err);
      assert.equal(ran.out === "", code === 2, args.join(" "));
    }
  });
});
