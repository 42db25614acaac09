import type { CaptureHealth } from "./capture_health.ts";
import type { EpochMicros } from "../clock.ts";
import type { MetricLabels, Metrics } from "../metrics.ts";
import type { FrameFigures, SinkState } from "./sink.ts";

/** Names that an exchange makes up are told apart up to this many; the rest is `other`. */
const MAX_NAMES = 200;

/** Turns what a capture knows of itself into metrics; the one place where their names are given. */
export class CaptureMetrics {
  readonly #metrics: Metrics;
  readonly #counted = new Map<string, number>();
  #labels: MetricLabels = {};

  /** Reports to `metrics`. */
  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** Sets the gauges and adds to the counters what came since the last call. */
  report(health: CaptureHealth): void {
    const { connector, buffer, sink } = health;
    this.#labels = { feed: health.feed };
    this.#gauge("ssmd_capture_ready", Number(health.ready));
    this.#gauge("ssmd_capture_connected", Number(health.connected));
    this.#gauge("ssmd_capture_connections", connector.connections.length);
    this.#gauge("ssmd_capture_markets", connector.markets);
    this.#gauge("ssmd_capture_rejected_markets", connector.rejectedMarkets);
    this.#gauge("ssmd_capture_last_inbound_age_seconds", seconds(health.lastInboundAgeMicros));
    this.#total("ssmd_capture_frames_total", connector.frames);
    this.#total("ssmd_capture_bytes_total", connector.bytes);
    this.#total("ssmd_capture_reconnects_total", connector.reconnects);
    this.#total("ssmd_capture_duplicate_frames_total", connector.duplicates);
    this.#total("ssmd_capture_late_frames_total", connector.late);
    this.#totals("ssmd_capture_errors_total", "code", connector.errors);
    this.#totals("ssmd_capture_dropped_frames_total", "cause", {
      full: buffer.dropped,
      too_large: buffer.tooLarge,
    });
    this.#total("ssmd_capture_dropped_bytes_total", buffer.droppedBytes);
    this.#total("ssmd_capture_lost_controls_total", buffer.lostControls);
    this.#gauge("ssmd_ring_capacity_bytes", buffer.capacity);
    this.#gauge("ssmd_ring_high_water_bytes", buffer.highWater);
    this.#total("ssmd_ring_written_records_total", buffer.written);
    this.#total("ssmd_ring_full_total", buffer.full);
    if (sink !== undefined) this.#reportSink(sink, health.at);
  }

  #reportSink(sink: SinkState, at: EpochMicros): void {
    const { lastSyncAt } = sink;
    this.#gauge("ssmd_sink_writing", Number(sink.writing));
    this.#total("ssmd_sink_records_total", sink.records);
    this.#total("ssmd_sink_lost_frames_total", sink.lost);
    this.#totals("ssmd_sink_gaps_total", "reason", sink.gaps);
    this.#gauge("ssmd_sink_open_file_bytes", sink.openBytes ?? 0);
    this.#gauge(
      "ssmd_sink_last_sync_age_seconds",
      seconds(lastSyncAt === undefined ? undefined : at - lastSyncAt),
    );
    this.#gauge("ssmd_sink_free_bytes", sink.freeBytes ?? NaN);
    this.#gauge("ssmd_sink_sealing_files", sink.sealing);
    if (sink.frames !== undefined) this.#reportFrames(sink.frames);
  }

  #reportFrames(frames: FrameFigures): void {
    this.#total("ssmd_frames_malformed_total", frames.malformed);
    this.#totals("ssmd_frames_unknown_type_total", "type", frames.unknownTypes);
    this.#totals("ssmd_frames_unknown_field_total", "field", frames.unknownFields);
    this.#totals("ssmd_frames_invalid_field_total", "field", frames.invalidFields);
    const name = "ssmd_message_age_seconds";
    this.#gauge(name, seconds(frames.ageP50Micros), { quantile: "0.5" });
    this.#gauge(name, seconds(frames.ageP99Micros), { quantile: "0.99" });
  }

  #gauge(name: string, value: number, labels: MetricLabels = {}): void {
    this.#metrics.gauge(name, value, { ...this.#labels, ...labels });
  }

  #total(name: string, value: number, labels: MetricLabels = {}): void {
    const key = JSON.stringify([name, labels]);
    const before = this.#counted.get(key);
    if (before !== undefined && value <= before) return;
    this.#counted.set(key, value);
    this.#metrics.count(name, value - (before ?? 0), { ...this.#labels, ...labels });
  }

  #totals(name: string, label: string, values: Readonly<Record<string, number>>): void {
    let other = 0;
    Object.entries(values).forEach(([key, value], index) => {
      if (index < MAX_NAMES) this.#total(name, value, { [label]: key });
      else other += value;
    });
    if (other > 0) this.#total(name, other, { [label]: "other" });
  }
}

function seconds(micros: number | undefined): number {
  return micros === undefined ? NaN : micros / 1e6;
}
