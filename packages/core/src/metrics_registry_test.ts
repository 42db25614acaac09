import assert from "node:assert/strict";
import { test } from "node:test";
import { MetricsRegistry } from "./metrics_registry.ts";

test("Metrics are shown with help and type, counters summed and gauges as last set", () => {
  const registry = new MetricsRegistry({ queue_depth: "How\nmany \\ wait." });
  registry.count("ssmd_archive_records_total", 2, { feed: "a" });
  registry.count("ssmd_archive_records_total", 3, { feed: "a" });
  registry.count("ssmd_archive_records_total", 1, { feed: "b", stream: "c" });
  registry.gauge("queue_depth", 7);
  registry.gauge("queue_depth", 4.5);
  assert.equal(
    registry.text(),
    [
      "# HELP queue_depth How\\nmany \\\\ wait.",
      "# TYPE queue_depth gauge",
      "queue_depth 4.5",
      "# HELP ssmd_archive_records_total Records handed to the archive's writer.",
      "# TYPE ssmd_archive_records_total counter",
      'ssmd_archive_records_total{feed="a"} 5',
      'ssmd_archive_records_total{feed="b",stream="c"} 1',
      "",
    ].join("\n"),
  );
});

test("Label values are escaped, so that no value can pretend to be another line", () => {
  const registry = new MetricsRegistry();
  registry.gauge("g", 1, { name: 'a"} 5\nb \\ c' });
  assert.equal(registry.text(), '# TYPE g gauge\ng{name="a\\"} 5\\nb \\\\ c"} 1\n');
});

test("Numbers that are no decimal numbers are written as Prometheus reads them", () => {
  const registry = new MetricsRegistry();
  for (const [kind, value] of Object.entries({ a: NaN, b: Infinity, c: -Infinity, d: 1e21 })) {
    registry.gauge("g", value, { kind });
  }
  const values = registry.text().trim().split("\n").slice(1).map((line) => line.split(" ")[1]);
  assert.deepEqual(values, ["NaN", "+Inf", "-Inf", "1e+21"]);
});

test("Names that Prometheus does not take, a falling counter and a changed type are refused", () => {
  const registry = new MetricsRegistry();
  registry.gauge("g", 1);
  assert.throws(() => registry.gauge("a b", 1), RangeError);
  assert.throws(() => registry.gauge("g", 1, { "a-b": "" }), RangeError);
  assert.throws(() => registry.count("c", -1), RangeError);
  assert.throws(() => registry.count("g", 1), TypeError);
  assert.equal(registry.text(), "# TYPE g gauge\ng 1\n");
});
