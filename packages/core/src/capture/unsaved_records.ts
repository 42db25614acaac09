import type { CaptureRecord } from "./capture_record.ts";
import type { EpochMicros } from "../clock.ts";
import type { Gap } from "../gap.ts";
import type { SentMessage } from "../sent_message.ts";

/** An overflow gap among the records. */
interface Overflow {
  /** The session's last frame before it. */
  readonly after: number;
  readonly gap: Gap;
  flushed: boolean;
}

interface SessionState {
  readonly feed: string;
  /** Number and time of the last record that was handed to the writer. */
  last: number;
  lastAt: EpochMicros;
  /** The last frame that survives anything. */
  safe: number;
  /** Behind the last safe frame. */
  overflows: Overflow[];
}

/** A gap of another reason, or what we said, that may not be in the file yet. */
interface Control {
  readonly after: number;
  readonly record: Gap | SentMessage;
}

/** So many sessions are remembered; those of old connections are safe long before. */
const MAX_SESSIONS = 1024;

/**
 * What was handed to a writer and may get lost when it fails. After the writer was opened again and
 * told what it found, {@link settle} gives the records that stand for what is missing.
 */
export class UnsavedRecords {
  readonly #sessions = new Map<string, SessionState>();
  #controls: Control[] = [];
  #current: SessionState | undefined;
  #currentName = "";
  #hasOverflows = false;

  /** Notes a record that goes to the writer next. */
  add(record: CaptureRecord): void {
    if ("seq" in record) {
      const state = this.#find(record, record.seq - 1);
      state.last = record.seq;
      state.lastAt = record.tsRecv;
      return;
    }
    const state = this.#find(record, 0);
    state.lastAt = "data" in record ? record.tsSent : record.tsRecv;
    if ("reason" in record && record.reason === "overflow") {
      state.overflows.push({ after: state.last, gap: record, flushed: false });
      this.#hasOverflows = true;
    } else {
      const copy = "data" in record ? { ...record, data: record.data.slice() } : record;
      this.#controls.push({ after: state.last, record: copy });
    }
  }

  /** Everything noted so far is in the file. */
  flushed(): void {
    if (this.#controls.length > 0) this.#controls = [];
    if (!this.#hasOverflows) return;
    for (const { overflows } of this.#sessions.values()) {
      for (const overflow of overflows) overflow.flushed = true;
    }
    this.#hasOverflows = false;
  }

  /** The frames of `session` up to `seq` survive anything. */
  durable(session: string, seq: number): void {
    const state = this.#sessions.get(session);
    if (state === undefined) return;
    state.safe = Math.max(state.safe, seq);
    state.overflows = state.overflows.filter(({ after }) => after >= state.safe);
  }

  /**
   * The records to write now: per session one overflow gap for its missing frames, then the gaps and
   * sent messages that may be missing. `recovered` has the last frame of each session in the files
   * that were found open; `isComplete` is false when some of those may have been put in order before
   * and told nobody. `missing` is absent where it cannot be known: when an overflow gap stood exactly
   * where the file now ends. From then on these records count as handed to nobody: add them.
   */
  settle(
    recovered: ReadonlyMap<string, number>,
    isComplete: boolean,
    lastStoredAt: EpochMicros | undefined,
  ): (Gap | SentMessage)[] {
    const gaps: Gap[] = [];
    const trailing: Gap[] = [];
    const stored = new Map<string, number>();
    for (const [session, state] of this.#sessions) {
      const found = recovered.get(session);
      const last = Math.max(found ?? 0, state.safe);
      stored.set(session, last);
      // A session without a line there has lost all that was not flushed, if nobody hides a file.
      const rest = found !== undefined ? "unknown" : isComplete ? "lost" : "hidden";
      if (state.last > last) gaps.push(gapOf(session, state, last, rest, lastStoredAt));
      trailing.push(...lostAtEnd(state, last, rest));
      forget(state, last, rest);
    }
    const controls = this.#controls.filter(({ after, record }) =>
      after >= (stored.get(record.session) ?? 0)
    );
    this.#controls = [];
    gaps.sort((a, b) => a.tsRecv - b.tsRecv);
    return [...gaps, ...controls.map(({ record }) => record), ...trailing];
  }

  #find(record: { readonly feed: string; readonly session: string }, safe: number): SessionState {
    const { feed, session } = record;
    if (this.#current !== undefined && session === this.#currentName) return this.#current;
    let state = this.#sessions.get(session);
    if (state === undefined) {
      if (this.#sessions.size >= MAX_SESSIONS) this.#prune();
      state = { feed, last: safe, lastAt: 0, safe, overflows: [] };
      this.#sessions.set(session, state);
    }
    this.#current = state;
    this.#currentName = session;
    return state;
  }

  /** Forgets the oldest session of which everything is safe. */
  #prune(): void {
    for (const [session, { last, safe, overflows }] of this.#sessions) {
      if (last > safe || overflows.length > 0) continue;
      this.#sessions.delete(session);
      return;
    }
  }
}

/**
 * What became of a session's unflushed overflow gaps right behind its last stored frame: lost, perhaps
 * stored, or perhaps stored together with frames that nobody was told of.
 */
type Rest = "lost" | "unknown" | "hidden";

function gapOf(
  session: string,
  state: SessionState,
  stored: number,
  rest: Rest,
  lastStoredAt: EpochMicros | undefined,
): Gap {
  // Frames that an overflow gap of the file stands for are not missing twice.
  const atEnd = state.overflows.filter(({ after, flushed }) =>
    after === stored && (flushed || rest !== "lost")
  );
  const isExact = rest !== "hidden" &&
    atEnd.every(({ flushed, gap }) => flushed && gap.missing !== undefined);
  const counted = atEnd.reduce((sum, { gap }) => sum + (gap.missing ?? 0), 0);
  const { feed, lastAt } = state;
  const from = Math.min(lastStoredAt ?? lastAt, lastAt);
  const gap = { feed, session, reason: "overflow", from, to: lastAt, tsRecv: lastAt } as const;
  return isExact ? { ...gap, missing: state.last - stored - counted } : gap;
}

/** Overflow gaps behind the last frame that are lost, or may be: those say no number. */
function lostAtEnd({ last, overflows }: SessionState, stored: number, rest: Rest): Gap[] {
  return overflows.filter(({ after, flushed }) => after === last && !(flushed && after === stored))
    .map(({ after, gap }) => {
      if (rest === "lost" || after > stored && rest === "unknown") return gap;
      const { missing: _, ...uncertain } = gap;
      return uncertain;
    });
}

/** Goes on as if nothing behind the frame `stored` had been handed over. */
function forget(state: SessionState, stored: number, rest: Rest): void {
  state.overflows = state.overflows
    .filter(({ after, flushed }) => after === stored && (flushed || rest !== "lost"))
    .map((overflow) => {
      if (overflow.flushed) return overflow;
      // It may stand there: how many frames it would account for must not be counted on.
      const { missing: _, ...gap } = overflow.gap;
      return { after: stored, gap, flushed: true };
    });
  state.safe = stored;
  state.last = stored;
}
