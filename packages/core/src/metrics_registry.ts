import { METRIC_HELP } from "./metric_help.ts";
import type { MetricLabels, Metrics } from "./metrics.ts";

interface Sample {
  readonly labels: string;
  value: number;
}

interface Family {
  readonly type: "counter" | "gauge";
  readonly samples: Map<string, Sample>;
}

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Keeps what is counted in memory and shows it as Prometheus' text format 0.0.4. */
export class MetricsRegistry implements Metrics {
  readonly #help: Readonly<Record<string, string>>;
  readonly #families = new Map<string, Family>();

  /** `help` explains metrics of the host's own by name; those of ssmd explain themselves. */
  constructor(help: Readonly<Record<string, string>> = {}) {
    this.#help = help;
  }

  /**
   * Adds to a counter. Throws `RangeError` for an amount below 0 or a name that Prometheus does not
   * take, `TypeError` for the name of a gauge.
   */
  count(name: string, amount: number, labels: MetricLabels = {}): void {
    if (!(amount >= 0)) {
      throw new RangeError(`Cannot add ${amount} to ${name}: expected a number from 0`);
    }
    this.#sample(name, "counter", labels).value += amount;
  }

  /** Sets a gauge; NaN says that there is no value now. Throws as {@link count} does. */
  gauge(name: string, value: number, labels: MetricLabels = {}): void {
    this.#sample(name, "gauge", labels).value = value;
  }

  /** All metrics, sorted by name, each with its help and type. */
  text(): string {
    const lines: string[] = [];
    for (const name of [...this.#families.keys()].sort()) {
      const { type, samples } = this.#families.get(name)!;
      const help = this.#help[name] ?? METRIC_HELP[name];
      if (help !== undefined) lines.push(`# HELP ${name} ${escapeHelp(help)}`);
      lines.push(`# TYPE ${name} ${type}`);
      for (const { labels, value } of samples.values()) {
        lines.push(`${name}${labels} ${numberText(value)}`);
      }
    }
    return lines.map((line) => `${line}\n`).join("");
  }

  #sample(name: string, type: Family["type"], labels: MetricLabels): Sample {
    let family = this.#families.get(name);
    if (family === undefined) {
      if (!METRIC_NAME.test(name)) throw badName("metric", name);
      this.#families.set(name, family = { type, samples: new Map() });
    }
    if (family.type !== type) {
      throw new TypeError(`Cannot use ${name} as a ${type}: it is a ${family.type}`);
    }
    const key = JSON.stringify(labels);
    let sample = family.samples.get(key);
    if (sample === undefined) {
      family.samples.set(key, sample = { labels: labelText(labels), value: 0 });
    }
    return sample;
  }
}

function labelText(labels: MetricLabels): string {
  const parts = Object.entries(labels).map(([name, value]) => {
    if (!LABEL_NAME.test(name)) throw badName("label", name);
    return `${name}="${escapeLabel(value)}"`;
  });
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

function badName(what: string, name: string): RangeError {
  return new RangeError(
    `Cannot use ${JSON.stringify(name)} as a ${what} name: expected letters, digits and "_"`,
  );
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

function numberText(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}
