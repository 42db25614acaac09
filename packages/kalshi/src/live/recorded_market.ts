import { type EpochMicros, MICROS_PER_DAY, MICROS_PER_SECOND } from "@ssmd/core";
import { ObjectFields } from "../object_fields.ts";
import type { JsonObject } from "../wire/json_object.ts";

/** After the close this long until the first look: caches are 15 s old, results take longer. */
const AFTER_CLOSE = 30 * MICROS_PER_SECOND;
/** An open market is looked at this often, since it may close earlier than it said. */
const WHILE_OPEN = MICROS_PER_DAY;
const FIRST_PAUSE = 30 * MICROS_PER_SECOND;
const LONGEST_PAUSE = 3600 * MICROS_PER_SECOND;
/** A market that the exchange does not know is given up after this many looks, about half a day. */
const MAX_MISSES = 20;
/** Settled markets leave the live interface after about three months. */
const MAX_WAIT = 60 * MICROS_PER_DAY;

/** What is to be done with an object that was fetched. */
export type RecordAction = "record" | "skip";

/**
 * How far the recording of one market is, and when it is looked at next: at once, then after its
 * close with growing pauses until it is settled. Pure: time and chance are handed in.
 */
export class RecordedMarket {
  /** The event that its object named. */
  eventTicker: string | undefined;
  /** Whether an object of it was recorded. */
  recorded = false;
  /** `settled`: nothing follows. `abandoned`: it was never settled, or vanished. */
  end: "settled" | "abandoned" | undefined;
  /** When to fetch it next; `Infinity` after its end. */
  dueAt: EpochMicros;
  #closeTime: EpochMicros = Infinity;
  /** As the last object gave it, whatever frames said since. */
  #closeText: unknown;
  #decided = false;
  #looks = 0;
  #misses = 0;

  /** Due at `now`. */
  constructor(now: EpochMicros) {
    this.dueAt = now;
  }

  /** When it closes, as far as is known. */
  get closeTime(): EpochMicros {
    return this.#closeTime;
  }

  /**
   * Whether `object` says something that was not recorded: it is the first, or has another close, the
   * result, or the settlement. Changes nothing: writing may fail.
   */
  judge(object: JsonObject): RecordAction {
    if (!this.recorded || isSettled(object)) return "record";
    if (object["close_time"] !== this.#closeText) return "record";
    return !this.#decided && hasResult(object) ? "record" : "skip";
  }

  /** Takes over an object that was recorded or skipped; `random` is from 0 to below 1. */
  accept(object: JsonObject, now: EpochMicros, random: number): void {
    // What cannot be used is in the recorded object as it was; here it is as if it was absent.
    const fields = new ObjectFields(object, "", []);
    this.eventTicker = fields.text("event_ticker") ?? this.eventTicker;
    this.#closeTime = fields.time("close_time") ?? this.#closeTime;
    this.#closeText = object["close_time"];
    this.recorded = true;
    this.#decided ||= hasResult(object);
    this.#misses = 0;
    if (isSettled(object)) this.#finish("settled");
    else if (!this.#decided && now < this.#closeTime) {
      this.#looks = 0;
      this.dueAt = Math.min(this.#closeTime + AFTER_CLOSE, now + WHILE_OPEN);
    } else if (now > this.#closeTime + MAX_WAIT) this.#finish("abandoned");
    else this.dueAt = now + pause(this.#looks++, random);
  }

  /** The exchange did not know it. */
  miss(now: EpochMicros, random: number): void {
    if (++this.#misses >= MAX_MISSES) this.#finish("abandoned");
    else this.dueAt = now + pause(this.#misses - 1, random);
  }

  /** A frame said that it closes at another time, or has (`undefined`). */
  hear(now: EpochMicros, closeTime: EpochMicros | undefined, random: number): void {
    if (this.end !== undefined || !this.recorded) return;
    if (closeTime !== undefined) this.#closeTime = closeTime;
    this.#looks = 0;
    const next = closeTime === undefined ? now + pause(0, random) : closeTime + AFTER_CLOSE;
    this.dueAt = Math.min(Math.max(now, next), now + WHILE_OPEN);
  }

  #finish(end: "settled" | "abandoned"): void {
    this.end = end;
    this.dueAt = Infinity;
  }
}

/** Doubled each time, the last quarter of it by chance. */
function pause(looks: number, random: number): number {
  const full = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(looks, 20));
  return Math.round(full * (0.75 + random / 4));
}

function hasResult(object: JsonObject): boolean {
  const result = object["result"];
  return typeof result === "string" && result !== "";
}

function isSettled(object: JsonObject): boolean {
  if (object["status"] === "finalized") return true;
  return hasResult(object) && typeof object["settlement_ts"] === "string" &&
    object["settlement_ts"] !== "";
}
