import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import WebSocket from "ws";
import { BookSet, EventBatch, formatIsoTime, parseIsoTime } from "@ssmd/core";
import { generateSession, KalshiDecoder } from "@ssmd/kalshi";
import { KalshiCredentials } from "@ssmd/kalshi/live";
import { runHere, startCli, withFolder } from "../run_cli_test_support.ts";
import { runCommand } from "../run_command.ts";

type Json = Readonly<Record<string, unknown>>;

/** `ssmd exchange --json` within the test, from its first line to its end. */
class Serving {
  readonly lines: Json[] = [];
  readonly stdin = new PassThrough();
  readonly ended: Promise<number>;
  err = "";
  readonly #abort = new AbortController();
  #said: (() => void) | undefined;

  constructor(args: readonly string[]) {
    const terminal = {
      out: (text: string) => {
        for (const line of text.split("\n").slice(0, -1)) this.lines.push(JSON.parse(line));
        this.#said?.();
      },
      err: (text: string) => {
        this.err += text;
        this.#said?.();
      },
      columns: 80,
      color: false,
      live: false,
      piped: true,
    };
    const { signal } = this.#abort;
    const context = { terminal, stdin: this.stdin, env: {}, signal };
    this.ended = runCommand(["exchange", "--json", ...args], context);
    void this.ended.then(() => this.#said?.());
  }

  /** The first line of `type`. */
  async line(type: string): Promise<Json> {
    for (;;) {
      const found = this.lines.find((line) => line["type"] === type);
      if (found !== undefined) return found;
      await this.#next();
    }
  }

  async said(text: string): Promise<void> {
    while (!this.err.includes(text)) await this.#next();
  }

  async stop(): Promise<number> {
    this.#abort.abort();
    return await this.ended;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#said = resolve);
  }
}

/** A client that keeps every frame. */
async function connect(url: unknown, headers: Record<string, string> = {}): Promise<{
  readonly socket: WebSocket;
  readonly frames: string[];
  until(enough: (frames: readonly string[]) => boolean): Promise<void>;
}> {
  const socket = new WebSocket(String(url), { headers });
  const frames: string[] = [];
  let arrived: (() => void) | undefined;
  socket.on("message", (data: Buffer) => {
    frames.push(data.toString());
    arrived?.();
  });
  await new Promise<void>((resolve, reject) => {
    socket.on("open", () => resolve());
    socket.on("error", reject);
  });
  const until = async (enough: (frames: readonly string[]) => boolean) => {
    while (!enough(frames)) await new Promise<void>((resolve) => arrived = resolve);
  };
  return { socket, frames, until };
}

function subscribe(socket: WebSocket, channels: readonly string[], tickers: readonly unknown[]) {
  const params = { channels, market_tickers: tickers };
  socket.send(JSON.stringify({ id: 1, cmd: "subscribe", params }));
}

async function marketsOf(restUrl: unknown): Promise<Json[]> {
  const answer = await fetch(`${restUrl}/markets?status=open`);
  return ((await answer.json()) as { markets: Json[] }).markets;
}

const RSA = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const WS_PATH = "/trade-api/ws/v2";

function signed(id: string, pem: string): Record<string, string> {
  const { ...headers } = KalshiCredentials.fromPem(id, pem).sign("GET", WS_PATH, Date.now());
  return headers;
}

test("As a process it serves signed clients until it is told to stop", async () => {
  await withFolder(async (folder) => {
    const key = join(folder, "public.pem");
    await writeFile(key, RSA.publicKey);
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const args = ["--port", String(port), "--seed", "4", "--rate", "400", "--markets", "4"];
    const running = startCli(["exchange", "--json", "--key", `bot:${key}`, ...args], {
      keepOpen: true,
    });
    const rest = `http://127.0.0.1:${port}/trade-api/v2`;
    for (let up = false; !up;) {
      up = await fetch(`${rest}/exchange/status`).then(({ ok }) => ok, () => false);
      if (!up) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const url = `ws://127.0.0.1:${port}${WS_PATH}`;
    await assert.rejects(connect(url), /401/);
    const tickers = (await marketsOf(rest)).map(({ ticker }) => ticker);
    assert.equal(tickers.length, 4);
    const client = await connect(url, signed("bot", RSA.privateKey));
    subscribe(client.socket, ["orderbook_delta", "ticker"], tickers);
    await client.until((frames) =>
      ["orderbook_snapshot", "orderbook_delta", "ticker"].every((type) =>
        frames.some((frame) => frame.startsWith(`{"type":"${type}"`))
      )
    );
    const gone = once(client.socket, "close");
    running.kill("SIGTERM");
    const { code, out, err } = await running.ended;
    await gone;
    assert.equal(err, "");
    assert.equal(code, 0);
    const lines = out.trim().split("\n").map((line) => JSON.parse(line) as Json);
    assert.deepEqual(lines[0]!["keys"], ["bot"]);
    assert.equal(lines[0]!["restUrl"], rest);
    const { type, handshakes, refused } = lines.at(-1)!;
    assert.deepEqual([type, handshakes, refused], ["stopped", 2, 1]);
  });
});

test("A tape waits for the first subscription and then gives its client every book", async () => {
  const start = parseIsoTime("2026-01-05T15:00:00Z")!;
  const session = generateSession({ seed: 2, start, markets: 3, minutes: 2 });
  await withFolder(async (folder) => {
    const tape = join(folder, "tape.ndjson");
    await writeFile(tape, [...session.lines()].map((line) => `${line}\n`).join(""));
    const serving = new Serving(["--source", `tape:${tape}`, "--speed", "max"]);
    const { webSocketUrl, restUrl, waits } = await serving.line("started");
    assert.equal(waits, true);
    // Created, and open as soon as the tape's first moments have passed.
    assert.equal((await marketsOf(restUrl)).length, 0);
    const client = await connect(webSocketUrl);
    subscribe(client.socket, ["orderbook_delta"], session.tickers);
    await serving.line("ended");
    client.socket.close();
    await once(client.socket, "close");
    const decoder = new KalshiDecoder();
    const books = new BookSet(decoder.symbols);
    const batch = new EventBatch(decoder.symbols);
    for (const frame of client.frames) {
      const bytes = new TextEncoder().encode(frame);
      decoder.decode(bytes, 0, bytes.length, { id: "1", exact: true }, 0, batch);
    }
    books.applyAll(batch);
    for (const [ticker, { yes, no }] of session.facts().finalBooks) {
      const text = (levels: typeof yes) => levels.map((level) => level.join(":")).join();
      assert.equal(books.find(ticker)?.canonicalText(), `yes|${text(yes)};no|${text(no)}`);
    }
    assert.equal(await serving.stop(), 0);
    assert.deepEqual(serving.lines.filter(({ type }) => type === "ended").length, 1);
  });
});

test("Lines on the standard input pause it, move it and end it", async () => {
  const at = "2026-07-19T15:44:50Z";
  const serving = new Serving(["--seed", "3", "--rate", "200", "--at", at, "--speed", "2"]);
  const { restUrl } = await serving.line("started");
  serving.stdin.write("p\n");
  await serving.said("Paused.");
  const before = (await marketsOf(restUrl)).map(({ ticker }) => String(ticker));
  assert.ok(before.length === 12 && before.every((ticker) => ticker.includes("-26JUL191045-")));
  serving.stdin.write("s 2026-07-19T15:45:10Z\n");
  await serving.said("There.");
  const after = (await marketsOf(restUrl)).map(({ ticker }) => String(ticker));
  assert.ok(after.length === 12 && after.every((ticker) => ticker.includes("-26JUL191100-")));
  serving.stdin.write("what\ns yesterday\nr\n");
  await serving.said("Running.");
  assert.match(serving.err, /Type p to pause/);
  assert.match(serving.err, /Cannot read the time "yesterday"/);
  const status = await serving.line("status");
  assert.equal(formatIsoTime(parseIsoTime(String(status["time"]))!), status["time"]);
  serving.stdin.write("q\n");
  assert.equal(await serving.ended, 0);
  assert.equal(serving.lines.at(-1)!["type"], "stopped");
});

test("As a process it ends when that is typed, though its standard input stays open", async () => {
  const { code, out } = await startCli(["exchange"], { input: "q\n", keepOpen: true }).ended;
  assert.equal(code, 0);
  assert.match(out, /Served 0 connections and 0 requests\.\n$/);
});

test("A key that it made opens it, is for its owner alone, and is never overwritten", async () => {
  await withFolder(async (folder) => {
    const file = join(folder, "key.pem");
    const serving = new Serving(["--write-key", file]);
    const { webSocketUrl, writtenKey, keyFile } = await serving.line("started");
    assert.equal(keyFile, file);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    await assert.rejects(connect(webSocketUrl), /401/);
    const pem = await readFile(file, "utf8");
    const client = await connect(webSocketUrl, signed(String(writtenKey), pem));
    client.socket.close();
    await once(client.socket, "close");
    assert.equal(await serving.stop(), 0);
    const { code, err } = await runHere(["exchange", "--write-key", file]);
    assert.equal(code, 2);
    assert.match(err, /^ssmd: Cannot write the private key .* the file exists/);
    assert.equal(await readFile(file, "utf8"), pem);
  });
});

test("Faults come from a file, chosen by the command's seed unless the file has its own", async () => {
  await withFolder(async (folder) => {
    const faults = join(folder, "faults.json");
    const rules = [{ fault: "sequence_gap", channel: "orderbook_delta", every: 5, max: 1 }];
    await writeFile(faults, JSON.stringify({ rules }));
    const serving = new Serving(["--faults", faults, "--rate", "500", "--speed", "max"]);
    const { webSocketUrl, restUrl } = await serving.line("started");
    const client = await connect(webSocketUrl);
    const tickers = (await marketsOf(restUrl)).map(({ ticker }) => ticker);
    subscribe(client.socket, ["orderbook_delta"], tickers);
    const seqs = (frames: readonly string[]) =>
      frames.map((frame) => (JSON.parse(frame) as { seq?: number }).seq).filter((seq) => seq);
    await client.until((frames) => frames.length > 30);
    const found = seqs(client.frames).map(Number);
    const holes = found.filter((seq, i) => i > 0 && seq !== found[i - 1]! + 1);
    assert.equal(holes.length, 1);
    await serving.stop();
    assert.equal(serving.lines.at(-1)!["faults"], 1);
    await writeFile(faults, JSON.stringify({ rules: [{ fault: "nonsense", every: 5 }] }));
    const { code, err } = await runHere(["exchange", "--faults", faults]);
    assert.equal(code, 2);
    assert.match(err, /^ssmd: Cannot use the faults file .*rules\[0\]\.fault.*\n$/);
  });
});

test("A port in use is one line that says what to do", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { code, err } = await runHere(["exchange", "--port", String(port)]);
  server.close();
  assert.equal(code, 2);
  assert.match(err, /^ssmd: Cannot listen on 127\.0\.0\.1:\d+: the port is in use; choose .*\n$/);
});

test("What cannot be served is refused in one line", async () => {
  for (
    const [args, message] of [
      [["--source", "nothing"], /expected synthetic, archive:DIR or tape:FILE/],
      [["--source", "tape:"], /expected synthetic, archive:DIR or tape:FILE/],
      [["--source", "tape:/nowhere/at/all"], /there is no such file/],
      [["--source", "archive:/nowhere/at/all"], /there is no such folder/],
      [["--source", "tape:x", "--markets", "3"], /--markets .* is for the synthetic source/],
      [["--objects", "x.json"], /--objects .* is for recordings/],
      [["--speed", "0"], /a number above 0, or max/],
      [["--port", "70000"], /expected 0 to 65535/],
      [["--host", "0.0.0.0"], /without a key/],
      [["--key", "abc"], /expected ID:FILE/],
      [["--key", "abc:/nowhere/at/all"], /there is no such file/],
      [["--seed", "x"], /as a count/],
      [["--markets", "0"], /as a count/],
      [["--rate", "fast"], /Cannot make "fast" events a second/],
      [["--at", "noon"], /Cannot read the time/],
      [["--wire", "words"], /Allowed choices are fixed_point, cents/],
    ] as const
  ) {
    const { code, out, err } = await runHere(["exchange", ...args]);
    assert.deepEqual([code, out], [2, ""], args.join(" "));
    assert.match(err, message);
    assert.equal(err.trim().split("\n").length, 1);
  }
});
