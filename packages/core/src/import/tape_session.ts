import type { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import type { EpochMicros } from "../clock.ts";
import type { Gap } from "../gap.ts";
import type { SequenceCheck } from "../sequence_check.ts";

/** The part of a gap that a verdict on sequence gives. */
export type GapPart = Pick<Gap, "sid" | "from" | "to" | "missing" | "markets" | "books">;

/** A connection whose frames are in the tape. */
interface Connection {
  /** Its session in the archive; a new one after each restart. */
  id: string;
  /** Our count of its last frame within the session. */
  seq: number;
  /** Sequence gaps that the tape itself declares before its next frame. */
  declared: Gap[];
}

/**
 * Follows one tape: numbers its frames and cuts it into sessions. A tape begins in the middle of
 * somebody's connection, so its beginning and end are neither a restart nor a gap; a lower sequence
 * number within it is a restart of the recorder's connection. Lines of an archive name their
 * connection themselves, and those of several may alternate.
 *
 * Two checks look at every frame. One runs over the whole tape and finds restarts of each
 * subscription. The other starts anew with each session, as a later proof of the archive will, and
 * finds the holes.
 */
export class TapeSession {
  /** Whether the last frame's number equals the one before it. */
  duplicate = false;
  /** The restart that the last frame revealed for its subscription. */
  restart: GapPart | undefined;
  /** Whether the last frame is the first of its session after a restart. */
  restarted = false;
  /** The hole that the last frame revealed and the tape does not declare itself. */
  hole: GapPart | undefined;
  /** When the last line was received; NaN before the first. */
  lastTime: EpochMicros = NaN;
  readonly #name: string;
  readonly #wholeTape: SequenceCheck;
  readonly #perSession: SequenceCheck;
  readonly #connections = new Map<string, Connection>();
  #number = 0;
  #source = "";
  #current: Connection | undefined;

  /** `name` becomes the first session's id. The two checks are used by nobody else. */
  constructor(name: string, wholeTape: SequenceCheck, perSession: SequenceCheck) {
    this.#name = name;
    this.#wholeTape = wholeTape;
    this.#perSession = perSession;
  }

  /** The last line's session: the name, then `-2`, `-3` … for other connections and restarts. */
  get id(): string {
    return this.#current?.id ?? this.#name;
  }

  /** Our count of the session's last frame. */
  get seq(): number {
    return this.#current?.seq ?? 0;
  }

  /** Judges the frame that `reader` has just read, received at `time`. */
  observe(reader: ArchiveLineReader, time: EpochMicros): void {
    const { data, start, end } = reader;
    const connection = this.#find(reader);
    this.restart = undefined;
    this.restarted = false;
    this.hole = undefined;
    const overall = this.#wholeTape.observe(this.#source, data, start, end, time);
    this.duplicate = overall.kind === "duplicate";
    if (overall.kind === "lower") {
      const { sid, markets, lastReceivedAt: from } = overall;
      this.restart = { sid, from, to: time, markets, ...booksOf(overall) };
    }
    let verdict = this.#perSession.observe(connection.id, data, start, end, time);
    if (verdict.kind === "lower") {
      this.restarted = true;
      this.#perSession.forget(connection.id);
      connection.id = this.#newId();
      connection.seq = 0;
      verdict = this.#perSession.observe(connection.id, data, start, end, time);
    }
    if (verdict.kind === "gap") {
      const { sid, from, to, missing, markets } = verdict;
      const isKnown = connection.declared.some((gap) =>
        gap.sid === sid && gap.from === from && gap.to === to
      );
      if (!isKnown) this.hole = { sid, from, to, missing, markets, ...booksOf(verdict) };
    }
    if (connection.declared.length > 0) connection.declared = [];
    connection.seq++;
    this.lastTime = time;
  }

  /** Takes note of `gap`, a line of the tape's own that `reader` has just read. */
  declare(reader: ArchiveLineReader, gap: Gap, time: EpochMicros): void {
    const connection = this.#find(reader);
    if (gap.reason === "sequence") connection.declared.push(gap);
    // The proof of the archive passes over as many numbers, and starts anew after either.
    if (gap.reason === "overflow") connection.seq += gap.missing ?? 0;
    if (gap.reason === "overflow" || gap.reason === "damage") {
      this.#perSession.forget(connection.id);
      connection.declared = [];
    }
    this.lastTime = time;
  }

  /** Goes on to the connection of a line that is neither frame nor gap. */
  pass(reader: ArchiveLineReader, time: EpochMicros): void {
    this.#find(reader);
    this.lastTime = time;
  }

  #find(reader: ArchiveLineReader): Connection {
    const source = reader.session === "" ? reader.shard : reader.session;
    if (source === this.#source && this.#current !== undefined) return this.#current;
    const connection = this.#connections.get(source) ??
      { id: this.#newId(), seq: 0, declared: [] };
    this.#connections.set(source, connection);
    this.#source = source;
    this.#current = connection;
    return connection;
  }

  #newId(): string {
    this.#number++;
    return this.#number === 1 ? this.#name : `${this.#name}-${this.#number}`;
  }
}

/** A gap says of books only that they are not concerned. */
function booksOf({ books }: { readonly books: boolean }): Pick<Gap, "books"> {
  return books ? {} : { books: false };
}
