/**
 * Writes plain folders `{date}/{HHMM}.jsonl.gz` of made-up tickers and trades for the benchmarks:
 * the same options give the same bytes.
 *
 *     node … bench/archives/generate.ts --out DIR --records 200000 [--days 1] [--format cents|fixed] [--markets 120] [--seed 1]
 */
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createGzip } from "node:zlib";
import { type Record, RecordSource } from "./record_source.ts";

/** What is written. */
export interface GenerateOptions {
  /** Where the folders of the days are made. */
  readonly out: string;
  /** Lines a day. */
  readonly records: number;
  /** Days, from 2026-01-20 on. */
  readonly days: number;
  /** The wire format: cents as until March 2026 (with dollar strings beside), or fixed-point. */
  readonly format: "cents" | "fixed";
  /** Markets that trade, few of them much. */
  readonly markets: number;
  /** What everything is drawn from. */
  readonly seed: number;
}

const FIRST_DAY = Date.parse("2026-01-20T00:00:00Z") / 1000;
const DAY = 86_400;
const FILES_A_DAY = 24;

/** Writes the archive. */
export async function generate(options: GenerateOptions): Promise<void> {
  const source = new RecordSource(options.seed, options.markets);
  const line = options.format === "cents" ? centsLine : fixedLine;
  for (let day = 0; day < options.days; day++) {
    const start = FIRST_DAY + day * DAY;
    const folder = join(options.out, new Date(start * 1000).toISOString().slice(0, 10));
    mkdirSync(folder, { recursive: true });
    for (let hour = 0; hour < FILES_A_DAY; hour++) {
      const gzip = createGzip({ level: 6 });
      const name = `${String(hour).padStart(2, "0")}00.jsonl.gz`;
      const done = finished(gzip.pipe(createWriteStream(join(folder, name))));
      const from = Math.floor(options.records * hour / FILES_A_DAY);
      const to = Math.floor(options.records * (hour + 1) / FILES_A_DAY);
      let text = "";
      for (let index = from; index < to; index++) {
        text += line(source.next(start + index * DAY / options.records));
        if (text.length < 1 << 20 && index < to - 1) continue;
        if (!gzip.write(text)) await once(gzip, "drain");
        text = "";
      }
      gzip.end();
      await done;
    }
  }
}

function centsLine(record: Record): string {
  const { ticker, id, price, bid, ask, volume, dollars, interest, time } = record;
  const ts = Math.floor(time);
  if (record.kind === "trade") {
    const { count, side, seq } = record;
    return `{"type":"trade","sid":11,"seq":${seq},"msg":{"trade_id":"${record.tradeId}","market_ticker":"${ticker}","yes_price":${price},"yes_price_dollars":"${
      money(price)
    }","no_price":${100 - price},"no_price_dollars":"${
      money(100 - price)
    }","count":${count},"count_fp":"${count}.00","taker_side":"${side}","ts":${ts}}}\n`;
  }
  return `{"type":"ticker","sid":1,"msg":{"market_id":"${id}","market_ticker":"${ticker}","price":${price},"yes_bid":${bid},"yes_ask":${ask},"price_dollars":"${
    money(price)
  }","yes_bid_dollars":"${money(bid)}","yes_ask_dollars":"${
    money(ask)
  }","volume":${volume},"open_interest":${interest},"dollar_volume":${dollars},"dollar_open_interest":${
    interest >> 1
  },"ts":${ts},"Clock":${record.clock}}}\n`;
}

function fixedLine(record: Record): string {
  const { ticker, id, price, bid, ask, volume, dollars, interest, time } = record;
  const ts = Math.floor(time);
  const ms = Math.floor(time * 1000);
  if (record.kind === "trade") {
    const { count, side, seq } = record;
    return `{"type":"trade","sid":11,"seq":${seq},"msg":{"trade_id":"${record.tradeId}","market_ticker":"${ticker}","yes_price_dollars":"${
      money(price)
    }","no_price_dollars":"${
      money(100 - price)
    }","count_fp":"${count}.00","taker_side":"${side}","taker_outcome_side":"${side}","taker_book_side":"${
      side === "yes" ? "bid" : "ask"
    }","is_block_trade":false,"ts":${ts},"ts_ms":${ms}}}\n`;
  }
  return `{"type":"ticker","sid":1,"msg":{"dollar_open_interest":${
    interest >> 1
  },"dollar_volume":${dollars},"last_trade_size_fp":"${record.count}.00","market_id":"${id}","market_ticker":"${ticker}","open_interest_fp":"${interest}.00","price_dollars":"${
    money(price)
  }","time":"${
    new Date(ms).toISOString().replace("Z", "000Z")
  }","ts":${ts},"ts_ms":${ms},"volume_fp":"${volume}.00","yes_ask_dollars":"${
    money(ask)
  }","yes_ask_size_fp":"${record.askSize}.00","yes_bid_dollars":"${
    money(bid)
  }","yes_bid_size_fp":"${record.bidSize}.00"}}\n`;
}

function money(cents: number): string {
  return cents === 100 ? "1.0000" : `0.${String(cents).padStart(2, "0")}00`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      out: { type: "string" },
      records: { type: "string", default: "200000" },
      days: { type: "string", default: "1" },
      format: { type: "string", default: "cents" },
      markets: { type: "string", default: "120" },
      seed: { type: "string", default: "1" },
    },
  });
  const { out, format } = values;
  if (out === undefined || (format !== "cents" && format !== "fixed")) {
    throw new RangeError("Cannot generate: expected --out DIR, and --format cents or fixed");
  }
  const [records, days, markets, seed] = [values.records, values.days, values.markets, values.seed]
    .map(Number) as [number, number, number, number];
  await generate({ out, records, days, format, markets, seed });
}
