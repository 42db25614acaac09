// A whole capture as a user would write it: URL FOLDER SINK FRAMES MARKET…. It ends because nothing is
// left to do: not by process.exit. It is run from sources here and from packages elsewhere, on every
// runtime, so that it uses no syntax but JavaScript's.
import { capture } from "@ssmd/core";
import { fileSink, threadSink } from "@ssmd/core/fs";
import { KalshiConnector } from "@ssmd/kalshi/live";
import process from "node:process";

const [url = "", root = "", kind = "", frames = "", ...markets] = process.argv.slice(2);

const stream = { feed: "kalshi", stream: "program" };
const sink = kind === "thread" ? threadSink(root, stream) : fileSink(root, stream);
const connector = new KalshiConnector({
  url,
  channels: ["orderbook_delta", "ticker", "trade"],
  markets: () => markets,
});
const running = capture(connector, sink, { onError: (error) => console.error(error) });
while (running.health().connector.frames < Number(frames)) {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
const summary = await running.close();
console.log(JSON.stringify(summary));
