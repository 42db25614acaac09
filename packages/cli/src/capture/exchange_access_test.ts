import { SystemClock } from "@ssmd/core";
import { ScriptedSource } from "@ssmd/kalshi/server";
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { withFolder } from "../run_cli_test_support.ts";
import { startSetup } from "./capture_setup_test_support.ts";
import { ExchangeAccess } from "./exchange_access.ts";

const START = Date.UTC(2026, 0, 5, 12) * 1000;

/** Calls `body` with the access to an exchange of this machine that takes one key alone. */
function withAccess(
  body: (open: () => Promise<ExchangeAccess>, folder: string) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    const { exchange } = await startSetup(folder, new ScriptedSource(START), {
      subscription: ["channels: [ticker, trade]"],
    });
    try {
      const files = { feed: join(folder, "feed.yaml"), env: join(folder, "env.yaml") };
      await body(() => ExchangeAccess.open({ ...files, out: "." }, {}, new SystemClock()), folder);
    } finally {
      await exchange.close();
    }
  });
}

/** How a connection ends that is given up once it was answered. */
async function answerTo(access: ExchangeAccess): Promise<string> {
  const stop = new AbortController();
  let answer = "none";
  await access.connector({ channels: ["market_lifecycle_v2"] }).run({
    onRecord: () => "kept",
    onStatus: ({ type }) => {
      if (type !== "connected" && type !== "refused") return;
      answer = type;
      stop.abort();
    },
  }, { signal: stop.signal });
  return answer;
}

test("what two files name is reached with their key, by REST and by its stream", () =>
  withAccess(async (open) => {
    const access = await open();
    const { plan, warnings } = access;
    assert.deepEqual([plan.feed, plan.root, plan.channels, warnings], [
      "kalshi",
      ".",
      ["ticker", "trade"],
      [],
    ]);
    assert.equal((await access.rest().status())["exchange_active"], true);
    assert.equal(await answerTo(access), "connected");
  }));

test("a key that is weak is told of, and one that is not the exchange's is refused", () =>
  withAccess(async (open, folder) => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 1024,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    await writeFile(join(folder, "key.pem"), privateKey);
    const access = await open();
    assert.match(access.warnings.join("\n"), /^The RSA key has 1024 bits/);
    assert.equal(await answerTo(access), "refused");
  }));
