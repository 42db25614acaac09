import type { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import type { ArchiveStream } from "../archive/archive_catalog.ts";
import type { EpochMicros } from "../clock.ts";
import type { Coverage } from "./coverage.ts";
import type { Decoder } from "../decoder.ts";
import type { EventBatch } from "../events/event_batch.ts";
import { FrameSessions } from "./frame_sessions.ts";
import { type Gap, lossReason } from "../gap.ts";

/** Counts of lines. */
export type LineTally = Pick<Coverage, "records" | "frames" | "gaps">;

/** Turns lines into rows and counts them. */
export class LineRows {
  readonly #decoder: Decoder;
  readonly #batch: EventBatch;
  readonly #tally: LineTally;
  readonly #sessions = new FrameSessions();

  /** Rows go into `batch`, counts into `tally`. */
  constructor(decoder: Decoder, batch: EventBatch, tally: LineTally) {
    this.#decoder = decoder;
    this.#batch = batch;
    this.#tally = tally;
  }

  /** Adds the rows of the line that `reader` holds; false when it is no frame. */
  add(reader: ArchiveLineReader, stream: ArchiveStream, time: EpochMicros): boolean {
    const tally = this.#tally;
    tally.records++;
    if (reader.gap !== undefined) {
      this.addGap(reader.gap, time);
      return false;
    }
    if (reader.kind !== "frame") return false;
    tally.frames++;
    const session = this.#sessions.find(stream, reader.session, reader.shard);
    this.#decoder.decode(reader.data, reader.start, reader.end, session, time, this.#batch);
    return true;
  }

  /** Adds a gap's rows at `time`. */
  addGap(gap: Gap, time: EpochMicros): void {
    const { gaps } = this.#tally;
    const reason = lossReason(gap);
    if (reason !== undefined) gaps[reason] = (gaps[reason] ?? 0) + 1;
    this.#batch.pushGap(gap.tsRecv === time ? gap : { ...gap, tsRecv: time });
  }
}
