import assert from "node:assert/strict";
import { test } from "node:test";
import { sendGet } from "./send_get.ts";

test("nothing of a request is left when it is answered or failed: no timer, no listener", async () => {
  const signals: AbortSignal[] = [];
  const stop = new AbortController();
  const answers = [() => new Response("{}"), () => Response.error(), () => {
    throw new Error("no network");
  }];
  for (const answer of answers) {
    const fetch = (_: string, init: RequestInit) => {
      signals.push(init.signal!);
      return Promise.resolve().then(answer);
    };
    const options = { fetch, headers: {}, timeoutMs: 20, signal: stop.signal };
    await sendGet("http://127.0.0.1/", options).catch(() => undefined);
  }
  await new Promise((resolve) => setTimeout(resolve, 60));
  stop.abort();
  assert.deepEqual(signals.map((signal) => signal.aborted), [false, false, false]);
});

test("an answer that never ends is cut off at a size that no answer has", async () => {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1 << 20;
      controller.enqueue(new Uint8Array(1 << 20));
    },
  });
  const fetch = () => Promise.resolve(new Response(body));
  const asked = sendGet("http://127.0.0.1/", { fetch, headers: {}, timeoutMs: 10_000 });
  await assert.rejects(asked, /more than 67108864 bytes/);
  assert.ok(sent < 70 << 20, `${sent} bytes`);
});
