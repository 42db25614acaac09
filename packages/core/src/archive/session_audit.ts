import type { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import type { EpochMicros } from "../clock.ts";
import type { Gap } from "../gap.ts";
import type { ManifestFile, SequenceCoverage } from "./manifest.ts";
import type { SequenceCheck } from "../sequence_check.ts";

/** What is known of a session between its lines. */
interface SessionState {
  /** Our count of its last frame. */
  seq: number;
  /** Frames that overflow gaps since that frame stand for. */
  overflowed: number;
  /** Whether frames after the last one were lost, nobody knows how many. */
  damaged: boolean;
  /** Sequence gaps declared since its last frame. */
  declared: Gap[];
  /**
   * Whether frames were not seen: then a subscription's next number cannot be judged, and neither a
   * gap that is declared before it. Holds the subscriptions for which that was accepted.
   */
  unjudged: Set<number> | undefined;
}

/** Told of a line that is wrong. */
export type LineProblem = (line: number, message: string) => void;

/**
 * Follows one stream's lines across its files: receive times never go back, our own numbers have no
 * hole but where an overflow says so, and each hole in the exchange's numbers was declared.
 */
export class SessionAudit {
  readonly #check: SequenceCheck | undefined;
  readonly #sessions = new Map<string, SessionState>();
  #problem: LineProblem = () => {};
  #sequence: SequenceCoverage = "unchecked";
  #latest: EpochMicros = 0;
  #isFirstDay = false;

  /** Without `check` the exchange's numbers are not looked at. */
  constructor(check: SequenceCheck | undefined) {
    this.#check = check;
  }

  /**
   * Starts the stream's next file. Times are ordered within a file: imports may overlap. On the first
   * day that is still there a session may begin in the middle: the days before it can have been
   * removed to make room.
   */
  beginFile(
    problem: LineProblem,
    sequence: SequenceCoverage | undefined,
    isFirstDay: boolean,
  ): void {
    this.#isFirstDay = isFirstDay;
    this.#problem = problem;
    this.#sequence = sequence ?? "unchecked";
    this.#latest = 0;
  }

  /** Takes over where a file's sessions end without reading it. */
  passOver({ sessions, gaps }: Pick<ManifestFile, "sessions" | "gaps">): void {
    for (const { id, lastSeq } of sessions) {
      const state = this.#open(id);
      // Only gap lines there: the number is that of an earlier file.
      if (lastSeq > 0) state.seq = lastSeq;
      state.overflowed = 0;
      // Where in the file these gaps are is not known: they may be its end.
      state.damaged = gaps.some(({ session, reason }) =>
        session === id && (reason === "damage" || reason === "overflow")
      );
      this.#forget(id, state);
    }
  }

  /** Looks at the next line. */
  line(reader: ArchiveLineReader, line: number): void {
    if (reader.session === "" || Number.isNaN(reader.tsRecv) || Number.isNaN(reader.seq)) {
      this.#problem(line, "the line does not end with ssmd's own fields");
      return;
    }
    if (reader.tsRecv < this.#latest) {
      this.#problem(line, `receive time ${reader.tsRecv} is before that of an earlier line`);
    }
    this.#latest = Math.max(this.#latest, reader.tsRecv);
    const state = this.#open(reader.session);
    if (reader.gap !== undefined) this.#gap(reader.gap, state, reader.session);
    else if (reader.kind === "frame") this.#frame(reader, state, line);
  }

  #open(session: string): SessionState {
    const known = this.#sessions.get(session);
    if (known !== undefined) return known;
    const state = { seq: 0, overflowed: 0, damaged: false, declared: [], unjudged: undefined };
    this.#sessions.set(session, state);
    return state;
  }

  #forget(session: string, state: SessionState): void {
    this.#check?.forget(session);
    state.declared = [];
    state.unjudged = new Set();
  }

  #gap(gap: Gap, state: SessionState, session: string): void {
    if (gap.reason === "sequence") state.declared.push(gap);
    if (gap.reason === "overflow") state.overflowed += gap.missing ?? 0;
    // Of an overflow without a number nobody knows how many frames it stands for either.
    if (gap.reason === "damage" || (gap.reason === "overflow" && gap.missing === undefined)) {
      state.damaged = true;
    }
    // Frames that were judged when they came are not here: the exchange's numbers have holes, too.
    if (gap.reason === "overflow" || gap.reason === "damage") this.#forget(session, state);
  }

  #frame(reader: ArchiveLineReader, state: SessionState, line: number): void {
    if (state.seq === 0 && this.#isFirstDay && reader.seq > 1) {
      state.damaged = true;
      this.#forget(reader.session, state);
    }
    const expected = state.seq + state.overflowed + 1;
    if (state.damaged ? reader.seq < expected : reader.seq !== expected) {
      this.#problem(
        line,
        `_seq ${reader.seq} follows ${state.seq} in session ${reader.session}: expected ${expected}`,
      );
    }
    state.seq = reader.seq;
    state.overflowed = 0;
    state.damaged = false;
    if (this.#sequence === "checked") this.#exchangeSequence(reader, state, line);
    if (state.declared.length > 0) state.declared = [];
  }

  #exchangeSequence(reader: ArchiveLineReader, state: SessionState, line: number): void {
    const verdict = this.#check?.observe(
      reader.session,
      reader.data,
      reader.start,
      reader.end,
      reader.tsRecv,
    );
    if (verdict === undefined) return;
    const hole = verdict.kind === "gap" ? verdict : undefined;
    const match = state.declared.find((gap) =>
      gap.sid === hole?.sid && gap.from === hole?.from && gap.to === hole?.to
    );
    for (const gap of state.declared) {
      if (gap === match || (hole === undefined && this.#isBeyondProof(gap, state))) continue;
      this.#problem(line, `a gap ${text(gap)} is declared before this line and there is none`);
    }
    if (hole !== undefined && match === undefined) {
      this.#problem(line, `frames ${text(hole)} are missing and no gap is declared`);
    }
  }

  #isBeyondProof({ sid }: Gap, { unjudged }: SessionState): boolean {
    if (unjudged === undefined || sid === undefined || unjudged.has(sid)) return false;
    unjudged.add(sid);
    return true;
  }
}

function text(gap: { readonly sid?: number; readonly from: number; readonly to: number }): string {
  return `${gap.from} to ${gap.to} of sid ${gap.sid ?? "?"}`;
}
