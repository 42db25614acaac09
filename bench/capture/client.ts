/**
 * A client's process: for every order it connects, lets the exchange's first frames pass, measures
 * its own CPU for a while, and disconnects.
 * @module
 */
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { capture, type CaptureHealth, type CaptureSummary } from "@ssmd/core";
import { threadSink } from "@ssmd/core/fs";
import { KalshiConnector } from "@ssmd/kalshi/live";
import { WebSocket } from "ws";
import { markCpu, type ThreadCpu } from "./thread_cpu.ts";

/** What to do in a round. */
export interface ClientOrder {
  /** A bare `ws` client with an empty handler, or a capture as `ssmd capture` runs it. */
  readonly who: "plain" | "ssmd";
  /** The exchange's WebSocket. */
  readonly url: string;
  /** What to subscribe to. */
  readonly tickers: readonly string[];
  /** Markets of one connection of the capture; absent for its default. */
  readonly marketsPerConnection?: number;
  /** Bytes of the capture's buffer; absent for its default. */
  readonly ringBytes?: number;
  /** Where the capture's archive goes. */
  readonly folder: string;
  /** How long to let things settle when everything has come, then to measure, in milliseconds. */
  readonly settleMs: number;
  /** See {@link settleMs}. */
  readonly measureMs: number;
}

/** What was measured. */
export interface ClientReport {
  /** CPU in the time that was measured. */
  readonly cpu: ThreadCpu;
  /** Frames in it. */
  readonly frames: number;
  /** Their bytes. */
  readonly bytes: number;
  /** How long it was, in milliseconds. */
  readonly ms: number;
  /** The capture's health at its end. */
  readonly health?: CaptureHealth;
}

/** After {@link ClientReport}, when the client was told to end. */
export interface ClientEnd {
  /** Frames that came in all. */
  readonly frames: number;
  /** The capture's own summary. */
  readonly summary?: CaptureSummary;
}

const CHANNELS = ["orderbook_delta", "ticker", "trade"] as const;
const LOOK_MS = 10;

/** A connected client. */
interface Client {
  readonly frames: number;
  readonly bytes: number;
  readonly settled: boolean;
  health?(): CaptureHealth;
  close(): Promise<ClientEnd>;
}

function plain({ url, tickers }: ClientOrder): Client {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let frames = 0;
  let bytes = 0;
  socket.on("open", () => {
    CHANNELS.forEach((channel, index) => {
      const params = { channels: [channel], market_tickers: tickers, skip_ticker_ack: true };
      socket.send(JSON.stringify({ id: index + 1, cmd: "subscribe", params }));
    });
  });
  socket.on("message", (data: Uint8Array) => {
    frames++;
    bytes += data.length;
  });
  return {
    get frames() {
      return frames;
    },
    get bytes() {
      return bytes;
    },
    get settled() {
      return frames > tickers.length;
    },
    async close() {
      const closed = new Promise((resolve) => socket.once("close", resolve));
      socket.close();
      await closed;
      return { frames };
    },
  };
}

function ssmd({ url, tickers, marketsPerConnection, ringBytes, folder }: ClientOrder): Client {
  const connector = new KalshiConnector({
    url,
    channels: CHANNELS,
    markets: () => tickers,
    ...(marketsPerConnection === undefined ? {} : { marketsPerConnection }),
  });
  const sink = threadSink(folder, { feed: connector.feed, stream: "bench" }, {
    sequence: "checked",
    sync: { every: 1000 },
    decoder: { module: import.meta.resolve("@ssmd/kalshi"), name: "KalshiDecoder" },
  });
  const running = capture(connector, sink, {
    ...(ringBytes === undefined ? {} : { ringBytes }),
    onError: (error) => {
      throw error;
    },
  });
  return {
    get frames() {
      return connector.health().frames;
    },
    get bytes() {
      return connector.health().bytes;
    },
    get settled() {
      return connector.health().frames > tickers.length && connector.settled;
    },
    health: () => running.health(),
    async close() {
      const summary = await running.close();
      return { frames: summary.frames, summary };
    },
  };
}

async function measure(order: ClientOrder): Promise<Client> {
  const client = order.who === "plain" ? plain(order) : ssmd(order);
  while (!client.settled) await sleep(LOOK_MS);
  await sleep(order.settleMs);
  const used = markCpu();
  const { frames, bytes } = client;
  const start = performance.now();
  await sleep(order.measureMs);
  const report: ClientReport = {
    cpu: used(),
    frames: client.frames - frames,
    bytes: client.bytes - bytes,
    ms: performance.now() - start,
    ...(client.health === undefined ? {} : { health: client.health() }),
  };
  process.send!(report);
  return client;
}

let client: Promise<Client> | undefined;
process.on("disconnect", () => process.exit());
process.on("message", async (order: ClientOrder | "end") => {
  if (order !== "end") client = measure(order);
  else process.send!(await (await client!).close());
});
process.send!("ready");
