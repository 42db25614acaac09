import type { Decoder } from "../decoder.ts";
import { EventBatch } from "../events/event_batch.ts";
import { LiveSessions } from "./live_sessions.ts";
import { LogHistogram } from "./log_histogram.ts";
import type { RawMessage } from "../raw_message.ts";
import type { FrameFigures } from "./sink.ts";

/** Rows that pile up before they are thrown away. */
const MAX_ROWS = 8192;
/** A decoder with more symbols is replaced: over months new markets never end. */
const MAX_SYMBOLS = 100_000;

type Counts = Record<string, number>;

/** Decodes frames only to say what they look like and how old they are when they come in. */
export class FrameMonitor {
  readonly #makeDecoder: () => Decoder;
  readonly #sessions = new LiveSessions();
  readonly #ages = new LogHistogram();
  readonly #unknownTypes: Counts = {};
  readonly #unknownFields: Counts = {};
  readonly #invalidFields: Counts = {};
  #malformed = 0;
  #decoder: Decoder;
  #batch: EventBatch;

  /** `makeDecoder` gives a decoder that nobody else uses, whenever the last one knows too much. */
  constructor(makeDecoder: () => Decoder) {
    this.#makeDecoder = makeDecoder;
    this.#decoder = makeDecoder();
    this.#batch = new EventBatch(this.#decoder.symbols, MAX_ROWS + 1024);
  }

  /** Looks at the next frame. */
  observe({ session, data, tsRecv }: RawMessage): void {
    if (this.#batch.length >= MAX_ROWS) this.#batch.clear();
    const batch = this.#batch;
    const row = batch.length;
    this.#decoder.decode(data, 0, data.length, this.#sessions.find(session), tsRecv, batch);
    const age = tsRecv - batch.tsEvent[row]!;
    if (Number.isSafeInteger(age)) this.#ages.add(age);
    if (this.#decoder.symbols.size > MAX_SYMBOLS) this.#renew();
  }

  /** What was met so far, and the ages of the frames since the last call. */
  takeFigures(): FrameFigures {
    const { malformed, unknownTypes, unknownFields, invalidFields } = this.#decoder.counts;
    const p50 = this.#ages.quantile(0.5);
    const p99 = this.#ages.quantile(0.99);
    this.#ages.clear();
    return {
      malformed: this.#malformed + malformed,
      unknownTypes: addTo({ ...this.#unknownTypes }, unknownTypes),
      unknownFields: addTo({ ...this.#unknownFields }, unknownFields),
      invalidFields: addTo({ ...this.#invalidFields }, invalidFields),
      ...(p50 === undefined ? {} : { ageP50Micros: p50 }),
      ...(p99 === undefined ? {} : { ageP99Micros: p99 }),
    };
  }

  #renew(): void {
    const { counts } = this.#decoder;
    this.#malformed += counts.malformed;
    addTo(this.#unknownTypes, counts.unknownTypes);
    addTo(this.#unknownFields, counts.unknownFields);
    addTo(this.#invalidFields, counts.invalidFields);
    this.#decoder = this.#makeDecoder();
    this.#batch = new EventBatch(this.#decoder.symbols, MAX_ROWS + 1024);
  }
}

function addTo(sums: Counts, counts: ReadonlyMap<string, number>): Counts {
  for (const [name, count] of counts) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
