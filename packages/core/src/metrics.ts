/** Labels of a metric, for example `{feed: "kalshi"}`. */
export type MetricLabels = Readonly<Record<string, string>>;

/** Where the library reports what it counts. The host decides what becomes of it. */
export interface Metrics {
  /** Adds `amount` (≥ 0) to a counter that only grows. */
  count(name: string, amount: number, labels?: MetricLabels): void;
  /** Sets a value that goes up and down. */
  gauge(name: string, value: number, labels?: MetricLabels): void;
}

/** Counts nothing. */
export const silentMetrics: Metrics = {
  count() {},
  gauge() {},
};
