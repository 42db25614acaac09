import assert from "node:assert/strict";
import { test } from "node:test";
import { reportHtml } from "./report_html.ts";
import type { ReportModel } from "./report_model.ts";
import { madeUpRun, someTrade, START } from "./report_scenario_test_support.ts";

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)>'&\u0000\u202e\ud800$&$1`;

/** The points of every drawn line and dot, counted from the paths. */
function plottedPoints(html: string): number {
  let points = 0;
  for (const [, name, path] of html.matchAll(/<path class="([\w-]+)"[^>]* d="([^"]*)"/g)) {
    if (name === "band") continue;
    // Each dot is a move and "h1"; an area's base line, "V…H…z", has no points of its own.
    const numbers = path!.replace(/V.*$/, "").replaceAll("h1", " ").match(/-?\d+/g) ?? [];
    points += numbers.length / 2;
  }
  return points;
}

/** The page without its script, which has words that figures must not be. */
const figuresIn = (html: string): string => html.split("<script>")[0]!;

const bytesOf = (html: string): number => new TextEncoder().encode(html).length;

test("The largest run gives a page under 1 MB with at most 40,000 points and 2,000 trades", () => {
  const name = (index: number): string => `KXVERYLONGSERIESNAME-26JAN05LALBOS-B${index}.99`;
  const model = madeUpRun({ trades: 30_000, markets: 150, prices: 3000, days: 10, ticker: name });
  const html = reportHtml(model);
  assert.ok(bytesOf(html) < 1_000_000, `${bytesOf(html)} bytes`);
  const points = plottedPoints(html);
  assert.ok(points <= 40_000 && points > 25_000, `${points} points`);
  const rows = html.match(/<table class="sortable trades">(.*?)<\/table>/s)![1]!.match(/<tr>/g)!;
  assert.equal(rows.length, 1 + 2000);
  assert.match(html, /28,000 more stand only in <code>trades.jsonl<\/code>/);
  assert.match(html, /trades of smaller \|P&amp;L\| not drawn/);
});

test("However long the names are, the page stays under 1 MB and says what it leaves out", () => {
  const long = "<&>".repeat(30);
  const model = madeUpRun({ trades: 9000, markets: 400, ticker: (index) => `${long}${index}` });
  const html = reportHtml({
    ...model,
    trades: model.trades.map((trade) => ({ ...trade, group: long.repeat(3), reason: long })),
    warnings: Array.from({ length: 500 }, () => long.repeat(10)),
    config: { text: long.repeat(2000) },
  });
  assert.ok(bytesOf(html) < 1_000_000, `${bytesOf(html)} bytes`);
  assert.match(html, /more stand only in <code>trades.jsonl<\/code>/);
  assert.match(html, /the rest stands in <code>summary.json<\/code>/);
});

test("The page asks nothing of any network", () => {
  const html = reportHtml(madeUpRun());
  assert.doesNotMatch(
    html,
    /https?:|\/\/[a-z]|\bsrc=|@import|url\(|<link|<iframe|fetch\(|import\(/i,
  );
  assert.match(html, /content="default-src 'none';/);
});

test("Names from the data are text, whatever they hold", () => {
  const model = madeUpRun({ markets: 2, trades: 20, ticker: (index) => `${HOSTILE}${index}` });
  const html = reportHtml({
    ...model,
    runId: HOSTILE,
    strategy: HOSTILE,
    trades: model.trades.map((trade) => ({
      ...trade,
      group: HOSTILE,
      reason: HOSTILE,
      assumptions: [HOSTILE],
    })),
    warnings: [HOSTILE],
    assumptions: [[HOSTILE, HOSTILE]],
    fingerprints: [[HOSTILE, HOSTILE]],
    gaps: [{ from: START, to: START + 1e9, reason: "disconnect", markets: [HOSTILE] }],
    sensitivity: [{ label: HOSTILE, pnl: 1, trades: 1 }],
    open: [{ ticker: HOSTILE, side: "yes", contracts: 1, cost: 1, entryTime: START }],
    config: { [HOSTILE]: HOSTILE },
    heatMap: {
      label: HOSTILE,
      xLabel: HOSTILE,
      yLabel: HOSTILE,
      xs: [HOSTILE],
      ys: [HOSTILE],
      cells: [[{ value: 1, text: HOSTILE }]],
      note: HOSTILE,
    },
  });
  assert.equal(html.match(/<script/g)!.length, 1);
  assert.equal(html.match(/<\/script/g)!.length, 1);
  for (const sign of ["<img", "\u0000", "\u202e", "\ud800"]) assert.ok(!html.includes(sign), sign);
  assert.ok(html.includes("&lt;script&gt;alert(1)&lt;/script&gt;"));
  // A pattern of a replacement stays as it is.
  assert.ok(html.includes("$&amp;$1"));
});

test("Equal runs give equal bytes", () => {
  assert.equal(reportHtml(madeUpRun()), reportHtml(madeUpRun()));
});

test("The page's script is a program", () => {
  const script = /<script>(.*)<\/script>/s.exec(reportHtml(madeUpRun()))![1]!;
  // It is only read here, never run.
  assert.doesNotThrow(() => new Function(script));
});

test("A run without trades and without data has a report", () => {
  const { first: _, last: __, ...model } = madeUpRun({ trades: 0 });
  const empty: ReportModel = { ...model, gaps: [], sensitivity: [], warnings: [] };
  const html = reportHtml(empty);
  assert.match(html, /Neither won nor lost: \$0\.00/);
  assert.match(html, /Profile default; no data; /);
  assert.doesNotMatch(figuresIn(html), /NaN|Infinity|undefined/);
});

test("Everything that the report promises has its section", () => {
  const html = reportHtml(madeUpRun());
  const titles = [...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title);
  assert.deepEqual(titles, [
    "Equity and drawdown",
    "Trades on the price of each market",
    "P&amp;L by model",
    "P&amp;L by exit reason",
    "P&amp;L by hour of entry, UTC",
    "P&amp;L by what fills rest on",
    "Sensitivity to latency and fees",
    "Calibration of the entries",
    "Gaps",
    "Trades",
    "What was assumed",
    "Configuration and fingerprints",
  ]);
  assert.doesNotMatch(figuresIn(html), /NaN|Infinity|undefined/);
});

test("A trade is named with its line and with what its fills rest on", () => {
  const trades = [
    someTrade({ pnl: 1, assumptions: ["book", "settlement"] }),
    someTrade({ pnl: -500_000, assumptions: ["quote", "quote-size"], touchedGap: true }),
  ];
  const html = reportHtml({ ...madeUpRun({ trades: 0 }), trades });
  const rows = [
    ...html.split('class="sortable trades"')[1]!.matchAll(/<tr><td>(\d.*?)(?=<tr>|<\/t)/g),
  ];
  assert.deepEqual(
    rows.map(([, row]) => row!.split(/<td[^>]*>/)).map((cells) => [
      cells[0],
      cells[4],
      cells[13],
      cells[14],
    ]),
    [["2", "−0.50", "gap", "quote, quote-size"], ["1", "0.000001", "", ""]],
  );
});

test("A gap shades the plots of the markets that it names, and the equity", () => {
  const model = madeUpRun({ markets: 2, trades: 40 });
  const bandsWith = (markets: readonly string[] | undefined): number => {
    const gap = { from: START + 1e9, to: START + 9e9, reason: "disconnect" as const };
    const gaps = [markets === undefined ? gap : { ...gap, markets }];
    return reportHtml({ ...model, gaps }).match(/class="band"/g)?.length ?? 0;
  };
  assert.equal(bandsWith(undefined), 4);
  assert.equal(bandsWith(["KXTEST-26JAN05-T1"]), 3);
  assert.equal(bandsWith(["KXELSE"]), 2);
});
