import type { CaptureRecord } from "./capture_record.ts";
import type { Delivery } from "./connector.ts";
import type { EpochMicros } from "../clock.ts";
import type { Gap } from "../gap.ts";
import type { SentMessage } from "../sent_message.ts";
import type { WriteResult } from "./record_writer.ts";

/** Where records go: a buffer that may be full for a while, and too small for some for ever. */
export interface RecordTarget {
  /** Takes `record` whole and copies its bytes, or takes nothing. */
  write(record: CaptureRecord): WriteResult;
}

/** What did not get through; counts are since the start. */
export interface OverflowCounts {
  /** Frames dropped because the buffer was full. */
  readonly dropped: number;
  /** Frames dropped because they can never fit. */
  readonly tooLarge: number;
  /** Bytes of the frames of both kinds. */
  readonly droppedBytes: number;
  /** Gaps and sent messages dropped because too many were waiting; overflow gaps stand for them. */
  readonly lostControls: number;
  /** Gaps and sent messages that wait for room now. */
  readonly pending: number;
}

/** Frames of one session that were dropped one after the other. */
interface DroppedRun {
  readonly feed: string;
  readonly session: string;
  readonly from: EpochMicros;
  to: EpochMicros;
  missing: number;
  readonly bytes?: number;
}

type Waiting =
  | { readonly run: DroppedRun }
  | { readonly control: Gap | SentMessage; readonly size: number };

/** Memory for gaps and sent messages that wait for room. */
const MAX_HELD_BYTES = 8 * 1024 * 1024;

/**
 * The overflow policy `gap` as data: while the buffer is full frames are dropped and counted, gaps and
 * sent messages wait, and as soon as there is room everything that waits goes first, so that within a
 * session what is written and the overflow gaps account for every frame once and in order.
 */
export class OverflowLedger {
  readonly #target: RecordTarget;
  readonly #maxHeldBytes: number;
  #waiting: Waiting[] = [];
  #heldBytes = 0;
  /** Runs that the session's next dropped frame goes on with. */
  readonly #open = new Map<string, DroppedRun>();
  #latest: EpochMicros = 0;
  #dropped = 0;
  #tooLarge = 0;
  #droppedBytes = 0;
  #lostControls = 0;

  /** Hands records on to `target`. Up to `maxHeldBytes`, 8 MiB, of gaps and sent messages wait. */
  constructor(target: RecordTarget, maxHeldBytes: number = MAX_HELD_BYTES) {
    this.#target = target;
    this.#maxHeldBytes = maxHeldBytes;
  }

  /** What did not get through so far. */
  get counts(): OverflowCounts {
    return {
      dropped: this.#dropped,
      tooLarge: this.#tooLarge,
      droppedBytes: this.#droppedBytes,
      lostControls: this.#lostControls,
      pending: this.#waiting.length,
    };
  }

  /** Frames dropped because the buffer was full. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether nothing waits for room. */
  get isSettled(): boolean {
    return this.#waiting.length === 0;
  }

  /** Takes the next record; its bytes are copied or dropped. */
  deliver(record: CaptureRecord): Delivery {
    if (this.#waiting.length > 0 && !this.settle()) return this.#hold(record);
    const outcome = this.#write(record);
    if (outcome === "written") {
      this.#latest = Math.max(this.#latest, timeOf(record));
      return "kept";
    }
    return outcome === "full" ? this.#hold(record) : this.#replace(record);
  }

  /** Writes what waits as far as there is room; true when nothing waits any more. */
  settle(): boolean {
    const waiting = this.#waiting;
    let done = 0;
    for (; done < waiting.length; done++) {
      const next = waiting[done]!;
      const record = "run" in next ? gapOf(next.run, this.#latest) : next.control;
      const outcome = this.#write(record);
      if (outcome === "full") break;
      // Not even a gap fits: only a buffer of a few bytes is so small.
      if (outcome === "too_large") this.#lostControls++;
      this.#latest = Math.max(this.#latest, timeOf(record));
      if ("run" in next) {
        if (this.#open.get(next.run.session) === next.run) this.#open.delete(next.run.session);
      } else this.#heldBytes -= next.size;
    }
    if (done > 0) this.#waiting = waiting.slice(done);
    return this.#waiting.length === 0;
  }

  /** Writes `record`; a gap that names too many markets to fit is written as one for every market. */
  #write(record: CaptureRecord): WriteResult {
    const outcome = this.#target.write(record);
    if (outcome !== "too_large" || !("reason" in record)) return outcome;
    const { markets: _, ...everyMarket } = record;
    return this.#target.write(everyMarket);
  }

  #hold(record: CaptureRecord): Delivery {
    if ("seq" in record) {
      this.#dropped++;
      this.#droppedBytes += record.data.length;
      this.#extendRun(record, record.tsRecv, 1);
      return "dropped";
    }
    const size = sizeOf(record);
    if (this.#heldBytes + size > this.#maxHeldBytes) {
      this.#lostControls++;
      this.#extendRun(record, timeOf(record), 0);
      return "dropped";
    }
    this.#heldBytes += size;
    const control = "data" in record ? { ...record, data: record.data.slice() } : record;
    this.#waiting.push({ control, size });
    // What is dropped from now on comes after this record.
    this.#open.delete(record.session);
    return "kept";
  }

  /** Puts an overflow gap with the size in the place of what can never fit. */
  #replace(record: CaptureRecord): Delivery {
    const { feed, session } = record;
    const isFrame = "seq" in record;
    const bytes = "data" in record ? record.data.length : undefined;
    if (isFrame) {
      this.#tooLarge++;
      this.#droppedBytes += record.data.length;
    } else this.#lostControls++;
    const from = timeOf(record);
    const missing = isFrame ? 1 : 0;
    const run = { feed, session, from, to: from, missing };
    this.#waiting.push({ run: bytes === undefined ? run : { ...run, bytes } });
    this.#open.delete(session);
    this.settle();
    return "dropped";
  }

  #extendRun(
    { feed, session }: { readonly feed: string; readonly session: string },
    at: EpochMicros,
    missing: number,
  ): void {
    const open = this.#open.get(session);
    if (open !== undefined) {
      open.to = Math.max(open.to, at);
      open.missing += missing;
      return;
    }
    const run = { feed, session, from: at, to: at, missing };
    this.#open.set(session, run);
    this.#waiting.push({ run });
  }
}

function gapOf(run: DroppedRun, latest: EpochMicros): Gap {
  const { feed, session, from, to, missing, bytes } = run;
  // Never before what was written already: receive times do not go back in an archive.
  const tsRecv = Math.max(to, latest);
  const gap = { feed, session, reason: "overflow", from, to, missing, tsRecv } as const;
  return bytes === undefined ? gap : { ...gap, bytes };
}

function timeOf(record: CaptureRecord): EpochMicros {
  return "tsSent" in record ? record.tsSent : record.tsRecv;
}

/** About what a record costs while it waits. */
function sizeOf(record: Gap | SentMessage): number {
  if ("data" in record) return 200 + record.data.length;
  return (record.markets ?? []).reduce((sum, market) => sum + 40 + market.length, 200);
}
