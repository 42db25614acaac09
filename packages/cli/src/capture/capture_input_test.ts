import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { SystemClock } from "@ssmd/core";
import { SyntheticSource } from "@ssmd/kalshi/server";
import { type Ran, runCli, runHere, withFolder } from "../run_cli_test_support.ts";
import { type CaptureSetup, KEY_ID, startSetup } from "./capture_setup_test_support.ts";
import { LoggedCapture } from "./logged_capture_test_support.ts";

interface Files {
  readonly setup: CaptureSetup;
  readonly folder: string;
  /** Replaces the only occurrence of a text in a file. */
  readonly edit: (file: string, from: string | RegExp, to: string) => Promise<void>;
}

async function withFiles(
  body: (files: Files) => Promise<void>,
  options: Parameters<typeof startSetup>[2] = {},
): Promise<void> {
  await withFolder(async (folder) => {
    const source = new SyntheticSource({ seed: 1, start: new SystemClock().now() });
    const setup = await startSetup(folder, source, {
      subscription: ["series: [KXBTC15M]"],
      ...options,
    });
    const edit: Files["edit"] = async (file, from, to) => {
      const path = join(folder, file);
      const before = await readFile(path, "utf8");
      const after = before.replace(from, to);
      assert.notEqual(after, before, `${file} has no ${String(from)}`);
      await writeFile(path, after);
    };
    try {
      await body({ setup, folder, edit });
    } finally {
      await setup.exchange.close();
    }
  });
}

/** Fails unless a command was refused in one line that says `what`, and with nothing of a key. */
function assertRefused({ code, out, err }: Ran, what: RegExp): void {
  assert.equal(code, 2, out + err);
  assert.match(err, /^ssmd: [^\n]+\n$/);
  assert.match(err, what);
  assert.equal(out, "");
  // Neither the calls that led to it nor anything of the key.
  assert.doesNotMatch(err, / {4}at |MC4C/);
}

const { publicKey: PUBLIC_KEY } = generateKeyPairSync("ed25519", {
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

const EDITS: Readonly<Record<string, readonly [string, string | RegExp, string, RegExp]>> = {
  "a private key that is none": ["key.pem", /^[^]*$/, "let me in", /private key/],
  "a private key that was cut": ["key.pem", /.{9}\n-----END/, "\n-----END", /private key/],
  "a public key for a private one": [
    "key.pem",
    /^[^]*$/,
    PUBLIC_KEY,
    /public key/,
  ],
  "swapped id and key": ["env.yaml", /(file:[^,]*),(file:[^"]*)/, "$2,$1", /swapped|key id/],
  "a variable that is not set": [
    "env.yaml",
    /source: .*/,
    "source: env:SSMD_NO_SUCH_ID,SSMD_NO_SUCH_KEY",
    /SSMD_NO_SUCH_ID/,
  ],
  "a key file that is not there": ["env.yaml", "key.pem", "kex.pem", /kex\.pem/],
  "a secret in place of a reference": [
    "env.yaml",
    /source: .*/,
    'source: "MC4CAQAwBQYDK2VwBCIEIGfZ"',
    /source/,
  ],
  "a typo in the feed": ["feed.yaml", "endpoint:", "endpiont:", /feed\.yaml.*endpiont.*endpoint/],
  "a typo in the environment": [
    "env.yaml",
    "subscription:",
    "subscripton:",
    /env\.yaml.*subscripton.*subscription/,
  ],
  "an unknown channel": [
    "env.yaml",
    "subscription:",
    "subscription:\n  channels: [orderbok_delta]",
    /orderbok_delta.*orderbook_delta/,
  ],
  "books without markets": [
    "env.yaml",
    "series: [KXBTC15M]",
    "channels: [orderbook_delta]",
    /orderbook_delta.*subscription\.markets/,
  ],
  "a ticker that cannot be one": [
    "env.yaml",
    "series: [KXBTC15M]",
    'markets: ["KX/../admin"]',
    /KX\/\.\.\/admin/,
  ],
  "a feed of another name": ["env.yaml", "feed: kalshi", "feed: kraken", /kraken/],
  "a bomb of aliases": [
    "env.yaml",
    /^/,
    ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].map((name, i, all) =>
      `${name}: &${name} [${Array(9).fill(i === 0 ? "lol" : `*${all[i - 1]}`).join(", ")}]\n`
    ).join(""),
    /env\.yaml/,
  ],
  "an address that nobody owns": [
    "feed.yaml",
    /endpoint: .*/,
    "endpoint: wss://example.com",
    /exa/,
  ],
};

for (const [what, [file, from, to, message]] of Object.entries(EDITS)) {
  test(`A capture refuses ${what} in one line and touches nothing`, async () => {
    await withFiles(async ({ setup: { args, root, exchange }, edit }) => {
      await edit(file, from, to);
      assertRefused(await runHere(["capture", ...args]), message);
      assertRefused(await runHere(["capture", ...args, "--check"]), message);
      assert.equal(existsSync(root), false);
      assert.deepEqual([exchange.counts.handshakes, exchange.counts.requests], [0, 0]);
    });
  });
}

test("A capture refuses a bucket without a folder, and files that are not there", async () => {
  await withFiles(async ({ setup: { args }, edit, folder }) => {
    await edit("env.yaml", "type: local", "type: s3\n  bucket: b");
    assertRefused(await runHere(["capture", ...args.slice(0, 4)]), /storage\.type is s3.*--out/);
    for (const option of ["--feed", "--env"]) {
      const missing = args.map((arg, i) => args[i - 1] === option ? join(folder, "none") : arg);
      assertRefused(await runHere(["capture", ...missing]), /none": there is no such file/);
    }
  });
});

test("A capture in a process of its own says what is wrong without a trace of its calls", async () => {
  await withFiles(async ({ setup: { args }, edit }) => {
    await edit("key.pem", /.{9}\n-----END/, "\n-----END");
    assertRefused(await runCli(["capture", ...args]), /private key/);
  });
});

test("A port in use is an error of whoever wants it, before anything is connected or written", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  try {
    await withFiles(async ({ setup: { args, root, exchange } }) => {
      const ran = await runHere(["capture", ...args, "--health", String(port)]);
      assertRefused(ran, new RegExp(`127\\.0\\.0\\.1:${port}: another program listens there`));
      assert.equal(existsSync(root), false);
      assert.equal(exchange.counts.handshakes, 0);
    });
    const ran = await runHere(["exchange", "--port", String(port)]);
    assertRefused(ran, new RegExp(`127\\.0\\.0\\.1:${port}`));
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

for (
  const [option, value] of [
    ["--speed", "0"],
    ["--port", "65536"],
    ["--port", "http"],
    ["--host", "no such host"],
    ["--rate", "many"],
    ["--rate", "-1"],
    ["--markets", "1.5"],
    ["--seed", "-1"],
    ["--at", "yesterday"],
    ["--source", "kalshi"],
    ["--source", "tape:/none"],
    ["--source", "archive:/none"],
    ["--key", "id"],
    ["--key", "id:/none"],
    ["--faults", "/none"],
    ["--host", "0.0.0.0"],
  ] as const
) {
  test(`An exchange refuses ${option} ${value} in one line`, async () => {
    assertRefused(await runHere(["exchange", option, value]), new RegExp(value.split(":").at(-1)!));
  });
}

test("A key of another environment is refused by name, and tried again only after a while", async () => {
  await withFiles(async ({ setup: { args }, edit }) => {
    await edit("key.id", /$/, "f");
    const checked = await runHere(["capture", ...args, "--check"]);
    assert.equal(checked.code, 2);
    assert.match(checked.out, /FAILED key .*key id is not known/);
    const capture = LoggedCapture.here(args);
    const { reason, retryInMs } = await capture.line("refused");
    assert.match(String(reason), /^The key id is not known to this server/);
    assert.ok(Number(retryInMs) >= 15_000, String(retryInMs));
    await capture.stop();
  });
});

test("A check shows that a key is weak", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 1024,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  await withFiles(async ({ setup: { args }, edit }) => {
    await edit("key.pem", /^[^]*$/, privateKey);
    const { out } = await runHere(["capture", ...args, "--check", "--json"]);
    const { checks }: { checks: { check: string; ok: boolean; detail: string }[] } = JSON.parse(
      out,
    );
    const weak = checks.filter(({ detail }) => detail.startsWith("The RSA key has 1024 bits"));
    assert.deepEqual(weak.map(({ check, ok }) => [check, ok]), [["configuration", true]]);
    assert.ok(checks.some(({ check, ok }) => check === "key" && ok), out);
  }, { keys: [{ id: KEY_ID, publicKeyPem: publicKey }] });
});

test("A private key that is not the one of its id is refused by name", async () => {
  await withFiles(async ({ setup: { args }, edit }) => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const pem = String(privateKey.export({ type: "pkcs8", format: "pem" }));
    await edit("key.pem", /^[^]*$/, pem);
    const capture = LoggedCapture.here(args);
    const { reason } = await capture.line("refused");
    assert.match(String(reason), /private key is not the one of this key id.*the clocks agree/);
    await capture.stop();
    assert.doesNotMatch(capture.text(), /MC4C/);
  });
});

test("A clock that is off is told from a wrong key, in seconds and with what to do", async () => {
  await withFiles(async ({ setup: { args } }) => {
    const off =
      /this machine's clock is (3599|3600|3601) (s|seconds) behind the exchange's; set it by NTP/;
    const checked = await runHere(["capture", ...args, "--check"]);
    assert.equal(checked.code, 2);
    assert.match(checked.out.replaceAll(/\s+/g, " "), off);
    const capture = LoggedCapture.here(args);
    assert.match(String((await capture.line("refused")).reason), off);
    await capture.stop();
  }, { faults: { seed: 1, rules: [{ fault: "clock_skew", every: 1, seconds: 3600 }] } });
});
