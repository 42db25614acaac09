import type { CaptureRecord } from "./capture_record.ts";
import type { EpochMicros } from "../clock.ts";
import type { Gap } from "../gap.ts";
import type { SentMessage } from "../sent_message.ts";

/** More of these before any frame are not held back. */
const MAX_HELD = 256;

/**
 * Sees to it that a recording that goes on in a stream begins with a `restart` gap, from the last
 * stored line to the first frame. What we said before that frame came is held back until its time is
 * known: a crash in between then leaves the stream as it was, and the next start sees the whole gap.
 */
export class SessionStart {
  readonly #lastReceivedAt: EpochMicros | undefined;
  #held: (Gap | SentMessage)[] | undefined;

  /** `lastReceivedAt` is the time of the stream's last line; absent when it holds none. */
  constructor(lastReceivedAt: EpochMicros | undefined) {
    this.#lastReceivedAt = lastReceivedAt;
    this.#held = lastReceivedAt === undefined ? undefined : [];
  }

  /** Whether records are passed on as they come. */
  get isOver(): boolean {
    return this.#held === undefined;
  }

  /** The records that `record` releases, the gap first and itself last; none when it is held back. */
  take(record: CaptureRecord): readonly CaptureRecord[] {
    const held = this.#held;
    if (held === undefined) return [record];
    if ("seq" in record) return [...this.#release(record), record];
    held.push("data" in record ? { ...record, data: record.data.slice() } : record);
    return held.length < MAX_HELD ? [] : this.finish();
  }

  /** What is held back, behind the gap, when no frame is to come any more. */
  finish(): readonly (Gap | SentMessage)[] {
    const last = this.#held?.at(-1);
    return last === undefined ? [] : this.#release(last);
  }

  #release(until: CaptureRecord): readonly (Gap | SentMessage)[] {
    const held = this.#held ?? [];
    this.#held = undefined;
    const from = this.#lastReceivedAt ?? 0;
    const { feed, session } = until;
    const gap: Gap = {
      feed,
      session,
      reason: "restart",
      from,
      to: Math.max(from, timeOf(until)),
      // A line's time is never after that of the lines behind it.
      tsRecv: Math.max(from, timeOf(held[0] ?? until)),
    };
    return [gap, ...held];
  }
}

function timeOf(record: CaptureRecord): EpochMicros {
  return "tsSent" in record ? record.tsSent : record.tsRecv;
}
