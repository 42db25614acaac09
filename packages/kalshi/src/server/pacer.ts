import { setImmediate } from "node:timers";
import { type Clock, type EpochMicros, SsmdError } from "@ssmd/core";
import type { ExchangeEvent } from "./exchange_event.ts";
import type { ExchangeSource } from "./exchange_source.ts";

/**
 * How the exchange's time runs: a multiple of the clock's, as fast as clients read, or by hand. At
 * `max` and by hand the exchange waits for slow readers, else it cuts them off.
 */
export type Speed = number | "max" | "manual";

/** What a {@link Pacer} drives. */
export interface PacerPort {
  /** An event happens. */
  emit(event: ExchangeEvent): void;
  /** Several have happened. Resolves when more may; `undefined` for at once. */
  settle(): Promise<void> | undefined;
}

/** Events between two looks at the sockets and at the clock. */
const SLICE = 256;
/** Slices between two turns of the event loop when time is moved by hand. */
const SLICES_PER_TURN = 16;
/** The longest sleep, below what a timer can take. */
const LONGEST_SLEEP_MS = 60_000;

/** Lets a source's events happen at their time. */
export class Pacer {
  readonly #source: ExchangeSource;
  readonly #speed: Speed;
  readonly #clock: Clock;
  readonly #port: PacerPort;
  /** Resolves at the end of the source or on stop, rejects when the source or an event fails. */
  readonly ended: Promise<void>;
  #end!: { resolve: () => void; reject: (error: unknown) => void };
  #batch: readonly ExchangeEvent[] = [];
  #index = 0;
  #pull: Promise<void> | undefined;
  #exhausted = false;
  #stopped = false;
  #paused: boolean;
  #busy: Promise<void> | undefined;
  /** The exchange's time at `#anchor`, the clock's time; while it stands, its time. */
  #base: EpochMicros;
  #anchor: EpochMicros;
  #wake: (() => void) | undefined;

  /** Starts at the source's time; paused when `waiting`, else it runs from the next turn on. */
  constructor(
    source: ExchangeSource,
    speed: Speed,
    clock: Clock,
    port: PacerPort,
    waiting: boolean,
  ) {
    this.#source = source;
    this.#speed = speed;
    this.#clock = clock;
    this.#port = port;
    this.#paused = waiting;
    this.#base = source.start;
    this.#anchor = clock.now();
    this.ended = new Promise((resolve, reject) => this.#end = { resolve, reject });
    // Whoever asks for `ended` learns of a failure; nobody has to.
    this.ended.catch(() => undefined);
    if (speed !== "manual") this.#start();
  }

  /** The exchange's time. */
  now(): EpochMicros {
    if (this.#paused || typeof this.#speed !== "number") return this.#base;
    return this.#base + Math.floor((this.#clock.now() - this.#anchor) * this.#speed);
  }

  /** Whether time stands still. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Lets time stand still. */
  pause(): void {
    this.#base = this.now();
    this.#paused = true;
  }

  /** Lets time run again. */
  resume(): void {
    if (!this.#paused) return;
    this.#anchor = this.#clock.now();
    this.#paused = false;
    this.#wakeUp();
  }

  /**
   * Lets everything up to and including `time` happen. Throws `RangeError` for a time in the past, and
   * `SsmdError` `invalid_input` unless the exchange is moved by hand.
   */
  async advanceTo(time: EpochMicros): Promise<void> {
    if (this.#speed !== "manual") {
      throw new SsmdError("invalid_input", `Cannot advance to ${time}: the speed is not "manual"`);
    }
    if (!(time >= this.#base)) {
      throw new RangeError(`Cannot advance to ${time}: it is ${this.#base} already`);
    }
    for (let slices = 1; !this.#stopped; slices++) {
      // A long way must not keep sockets from being read.
      if (slices % SLICES_PER_TURN === 0) await nextTurn();
      // Who is asked while there is nothing would answer at some other time.
      if (this.#isEmpty && this.#source.waiting === true) break;
      const event = this.#peek();
      if (event === undefined) {
        if (this.#exhausted) break;
        await this.#pull;
      } else if (event.time > time) break;
      else if (this.#emitSlice(time)) await this.#port.settle();
    }
    this.#base = Math.max(this.#base, time);
    await this.#port.settle();
    if (this.#exhausted) this.#end.resolve();
  }

  /**
   * Goes to `time`; `forget` is called before what is there then is told. Throws `SsmdError`
   * `invalid_input` when the source cannot.
   */
  async seek(time: EpochMicros, forget: () => void): Promise<void> {
    if (this.#source.seek === undefined) {
      throw new SsmdError("invalid_input", `Cannot go to ${time}: the source plays only forward`);
    }
    const wasPaused = this.#paused;
    this.pause();
    await this.#pull;
    await this.#source.seek(time);
    forget();
    this.#batch = [];
    this.#index = 0;
    this.#exhausted = false;
    this.#base = time;
    if (this.#stopped) return;
    if (!wasPaused) this.resume();
    if (this.#speed !== "manual") this.#start();
  }

  /** Ends; nothing happens any more. */
  stop(): void {
    this.#stopped = true;
    this.#wakeUp();
    this.#end.resolve();
  }

  #start(): void {
    this.#busy ??= this.#run()
      .catch((error: unknown) => this.#end.reject(error))
      .finally(() => this.#busy = undefined);
  }

  async #run(): Promise<void> {
    await nextTurn();
    while (!this.#stopped) {
      if (this.#paused) {
        await this.#sleep(LONGEST_SLEEP_MS);
        continue;
      }
      const event = this.#peek();
      if (event !== undefined) await this.#play(event);
      else if (this.#exhausted) {
        this.#end.resolve();
        return;
      } else await this.#pull;
    }
  }

  async #play(event: ExchangeEvent): Promise<void> {
    const now = this.#speed === "max" ? Infinity : this.now();
    if (event.time > now) {
      const speed = Number(this.#speed);
      await this.#sleep(Math.max(1, Math.ceil((event.time - now) / 1000 / speed)));
      return;
    }
    this.#emitSlice(now);
    await this.#port.settle();
    // Sockets are read and timers run between two slices.
    await nextTurn();
  }

  /** Lets up to a slice of what is at hand happen; true when there may be more until `time`. */
  #emitSlice(time: EpochMicros): boolean {
    for (let count = 0; count < SLICE; count++) {
      const event = this.#batch[this.#index];
      if (event === undefined || event.time > time) return event === undefined;
      if (typeof this.#speed !== "number" && event.time > this.#base) this.#base = event.time;
      this.#index++;
      this.#port.emit(event);
    }
    return true;
  }

  get #isEmpty(): boolean {
    return this.#index >= this.#batch.length && this.#pull === undefined;
  }

  /** The next event at hand; when there is none, asks for more. */
  #peek(): ExchangeEvent | undefined {
    if (this.#index < this.#batch.length) return this.#batch[this.#index];
    if (this.#pull !== undefined || this.#exhausted) return undefined;
    const next = this.#source.next();
    if (next instanceof Promise) {
      this.#pull = next.then((batch) => this.#take(batch)).finally(() => this.#pull = undefined);
      // It may fail while nobody waits for it.
      this.#pull.catch((error: unknown) => this.#end.reject(error));
      return undefined;
    }
    this.#take(next);
    return this.#batch[this.#index];
  }

  #take(batch: readonly ExchangeEvent[] | undefined): void {
    this.#batch = batch ?? [];
    this.#index = 0;
    this.#exhausted = batch === undefined;
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wakeUp(), Math.min(ms, LONGEST_SLEEP_MS));
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #wakeUp(): void {
    this.#wake?.();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
