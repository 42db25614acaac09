import assert from "node:assert/strict";
import { test } from "node:test";
import { BookSet, EventBatch, type MarketEvent, parseIsoTime } from "@ssmd/core";
import { KalshiDecoder } from "../decoder.ts";
import { SeededRandom } from "../generator/seeded_random.ts";
import { ExchangeBook } from "./exchange_book.ts";
import { frameText } from "./frame_text.ts";
import { MarketBoard } from "./market_board.ts";
import type { WireFormName } from "./wire_form.ts";
import { WIRE_FORMS } from "./wire_forms.ts";

const TIME = parseIsoTime("2026-01-27T14:00:00.250123Z")!;
const TICKER = "KXTEST-26JAN27-T3.00";
const record = new MarketBoard().record(TICKER);

/** Reads frames as a recording's reader does; nothing in them may be unknown to it. */
function decode(
  texts: readonly string[],
): { rows: MarketEvent[]; books: BookSet; scanned: number } {
  const decoder = new KalshiDecoder();
  const batch = new EventBatch(decoder.symbols);
  for (const text of texts) {
    const data = new TextEncoder().encode(text);
    decoder.decode(data, 0, data.length, { id: "a", exact: true }, TIME, batch);
  }
  assert.deepEqual([...decoder.counts.unknownFields], []);
  assert.deepEqual([...decoder.counts.invalidFields], []);
  assert.equal(decoder.counts.malformed, 0);
  const books = new BookSet(decoder.symbols);
  books.applyAll(batch);
  const rows = Array.from({ length: batch.length }, (_, row) => batch.at(row));
  return { rows, books, scanned: decoder.scanned };
}

for (const name of ["fixed_point", "cents"] as const satisfies readonly WireFormName[]) {
  const form = WIRE_FORMS[name];

  test(`Books told in the form ${name} are read back exactly`, () => {
    const random = new SeededRandom(3);
    // The integers of the older form are whole cents and whole contracts.
    const [tick, lot] = name === "cents" ? [100, 100] : [1, 1];
    const book = new ExchangeBook();
    const texts: string[] = [];
    let seq = 0;
    const say = (type: string, msg: string) => texts.push(frameText(type, 1, ++seq, msg, 0));
    say("orderbook_snapshot", form.snapshot(record, book, false));
    for (let i = 0; i < 500; i++) {
      const side = random.below(2) === 0 ? "yes" : "no";
      const price = tick * (1 + random.below(30));
      const size = book.size(side, price);
      const change = size > 0 && random.below(2) === 0 ? -size : lot * (1 + random.below(500));
      book.change(side, price, change);
      const event = { kind: "delta", time: TIME, ticker: TICKER, side, price, change } as const;
      say("orderbook_delta", form.delta(record, event, false));
      if (i % 100 === 99) say("orderbook_snapshot", form.snapshot(record, book, false));
    }
    const { books, scanned } = decode(texts);
    assert.equal(books.find(TICKER)?.canonicalText(), book.canonicalText());
    assert.equal(books.find(TICKER)?.stale, false);
    assert.equal(scanned, texts.length);
  });

  test(`A trade and quotes told in the form ${name} are read back exactly`, () => {
    const trade = form.trade(record, {
      kind: "trade",
      time: TIME,
      ticker: TICKER,
      yesPrice: 3600,
      count: 13600,
      takerSide: "no",
      tradeId: "t",
    });
    const quote = form.ticker(record, {
      kind: "ticker",
      time: TIME,
      ticker: TICKER,
      lastPrice: 3600,
      yesBid: 3500,
      yesAsk: 3700,
      yesBidSize: 100,
      yesAskSize: 200,
      lastTradeSize: 13600,
      volume: 1_000_000,
      openInterest: 500_000,
    });
    const { rows } = decode([
      frameText("trade", 2, 1, trade, 0),
      frameText("ticker", 3, 0, quote, 0),
    ]);
    const [{ kind, side, price, size }, ticker] = [rows[0]!, rows[1]!];
    assert.deepEqual({ kind, side, price, size }, {
      kind: "trade",
      side: "no",
      price: 3600,
      size: 13600,
    });
    const { yesBid, yesAsk, volume, openInterest } = ticker.quote!;
    assert.deepEqual([yesBid, yesAsk, volume, openInterest], [3500, 3700, 1_000_000, 500_000]);
  });
}

test("The older form has the fields of early 2026", () => {
  const book = new ExchangeBook();
  book.replace([[800, 30_000]], []);
  assert.equal(
    WIRE_FORMS.cents.snapshot(record, book, false),
    `{"market_ticker":"${TICKER}","yes":[[8,300]],"yes_dollars":[["0.080",300]]` +
      `,"yes_dollars_fp":[["0.0800","300.00"]]}`,
  );
  const change = { kind: "delta", time: TIME, ticker: TICKER, side: "yes" } as const;
  assert.equal(
    WIRE_FORMS.cents.delta(record, { ...change, price: 9600, change: -5400 }, false),
    `{"market_ticker":"${TICKER}","price":96,"price_dollars":"0.960","delta":-54` +
      `,"delta_fp":"-54.00","side":"yes"}`,
  );
});

test("NO prices become YES prices where that is asked for, YES prices stay", () => {
  const book = new ExchangeBook();
  book.replace([[800, 100]], [[9000, 100], [8999, 200]]);
  const msg = JSON.parse(WIRE_FORMS.fixed_point.snapshot(record, book, true));
  assert.deepEqual(msg.no_dollars_fp, [["0.1000", "1.00"], ["0.1001", "2.00"]]);
  assert.deepEqual(msg.yes_dollars_fp, [["0.0800", "1.00"]]);
});
