import { LineEncoder } from "../lines/archive_line.ts";
import { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import { ByteBuffer } from "../lines/byte_buffer.ts";
import type { EpochMicros } from "../clock.ts";
import { SsmdError } from "../errors.ts";
import { LineSplitter, MAX_STORED_LINE_BYTES } from "../lines/line_splitter.ts";
import type { ManifestFile } from "./manifest.ts";
import type { ByteStream } from "../storage/storage.ts";

/** What was claimed of a damaged file, as far as it tells what is lost. */
export type Claim = Pick<ManifestFile, "sessions" | "lastReceivedAt">;

/**
 * The lines of a damaged file that are still ours, in chunks of whole lines. Unless the content
 * `isComplete`, gap lines of the reason `damage` stand where a session's numbers show that lines are
 * lost: within the file, and at its end for each session of which something is lost there.
 */
export async function* salvagedLines(
  content: ByteStream,
  isComplete: boolean,
  claim?: Claim,
): AsyncGenerator<Uint8Array, undefined> {
  const splitter = new LineSplitter(MAX_STORED_LINE_BYTES);
  const reader = new ArchiveLineReader();
  const salvage = new Salvage(isComplete, claim);
  try {
    for await (const chunk of content) {
      splitter.push(chunk);
      while (splitter.next()) {
        reader.read(splitter.data, splitter.start, splitter.end);
        reader.restore();
        // Corruption can end in bytes that no longer carry our fields: those are not ours.
        if (reader.session === "") continue;
        salvage.add(reader, splitter);
      }
      yield* salvage.take();
    }
  } catch (error) {
    if (!(error instanceof SsmdError) || error.code !== "damaged_gzip") throw error;
  }
  salvage.end();
  yield* salvage.take();
  return undefined;
}

/** What is known of a session so far. */
interface SessionState {
  /** Our count of its last frame. */
  seq: number;
  /** The highest number that its next frame can have when nothing is lost. */
  next: number;
}

/** Collects lines, and gap lines for those that are not there. */
class Salvage {
  readonly #isComplete: boolean;
  readonly #claim: Claim | undefined;
  readonly #out = new ByteBuffer();
  readonly #encoder = new LineEncoder();
  readonly #sessions = new Map<string, SessionState>();
  #session = "";
  #time: EpochMicros = NaN;

  constructor(isComplete: boolean, claim: Claim | undefined) {
    this.#isComplete = isComplete;
    this.#claim = claim;
  }

  add({ kind, session, seq, tsRecv, gap }: ArchiveLineReader, line: LineSplitter): void {
    const state = this.#sessions.get(session) ?? this.#first(session);
    this.#sessions.set(session, state);
    if (kind === "frame") {
      if (seq > state.next && !this.#isComplete) {
        this.#lose(session, Number.isNaN(this.#time) ? tsRecv : this.#time, tsRecv, tsRecv);
      }
      state.seq = seq;
      state.next = seq + 1;
    } else if (gap?.reason === "overflow") state.next += gap.missing ?? 0;
    else if (gap?.reason === "damage") state.next = Infinity;
    this.#session = session;
    this.#time = tsRecv;
    this.#out.pushBytes(line.data, line.start, line.end);
    this.#out.pushText("\n");
  }

  end(): void {
    if (this.#isComplete || this.#session === "") return;
    const claimed = this.#claim?.sessions.filter(({ id, lastSeq }) =>
      lastSeq > (this.#sessions.get(id)?.seq ?? 0)
    );
    const lost = claimed?.map(({ id }) => id) ?? [...this.#sessions.keys()];
    const to = Math.max(this.#time, this.#claim?.lastReceivedAt ?? 0);
    for (const session of lost.length > 0 ? lost : [this.#session]) {
      this.#lose(session, this.#time, to, this.#time);
    }
  }

  /** What was collected since the last call, if anything. */
  *take(): Generator<Uint8Array> {
    if (this.#out.length > 0) yield this.#out.view().slice();
    this.#out.clear();
  }

  #lose(session: string, from: EpochMicros, to: EpochMicros, tsRecv: EpochMicros): void {
    const seq = this.#sessions.get(session)?.seq ?? 0;
    this.#encoder.gap(this.#out, { feed: "", session, reason: "damage", from, to, tsRecv }, seq);
  }

  /** Where a session begins in this file only the claim tells. */
  #first(session: string): SessionState {
    const claimed = this.#claim?.sessions.find(({ id }) => id === session)?.firstSeq ?? 0;
    return { seq: 0, next: claimed > 0 ? claimed : Infinity };
  }
}
