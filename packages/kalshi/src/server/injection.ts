import type { FaultName } from "./fault_plan.ts";

/** A fault that happened. */
export interface Injection {
  /** What happened. */
  readonly fault: FaultName;
  /** The handshake's number, from 1; absent for a REST request. */
  readonly connection?: number;
  /** The subscription, when the fault concerns one. */
  readonly sid?: number;
  /** The number that the frame has or would have had; absent when it carries none. */
  readonly seq?: number;
  /** The frame's `type`, or the path that was asked for. */
  readonly what: string;
  /** The field of `msg` that was changed. */
  readonly field?: string;
  /**
   * Whether a frame with a number went out later for the same sid, so that a client could notice; a
   * reorder is noted when the other frame has gone out, and followed from the start.
   */
  readonly followed: boolean;
}

/** Where a fault happened, in the words of {@link Injection}. */
export type InjectionPlace = Omit<Injection, "fault" | "connection" | "followed">;

/** Notes what happens on one connection in a list that all connections share. */
export class InjectionLog {
  readonly #injected: Injection[];
  readonly #connection: number;
  /** Per sid, what no later frame has followed yet. */
  readonly #unfollowed = new Map<number, { followed: boolean }[]>();

  /** Adds to `injected`. */
  constructor(injected: Injection[], connection: number) {
    this.#injected = injected;
    this.#connection = connection;
  }

  /** Notes a fault; `followed` when a later frame has gone out already. */
  add(fault: FaultName, place: InjectionPlace, followed: boolean): void {
    const injection = { fault, connection: this.#connection, ...place, followed };
    this.#injected.push(injection);
    if (followed || place.sid === undefined) return;
    const waiting = this.#unfollowed.get(place.sid);
    if (waiting === undefined) this.#unfollowed.set(place.sid, [injection]);
    else waiting.push(injection);
  }

  /** Whether faults of `sid` wait for a later frame. */
  waits(sid: number): boolean {
    return this.#unfollowed.has(sid);
  }

  /** A numbered frame of `sid` has gone out. */
  follow(sid: number): void {
    if (this.#unfollowed.size === 0) return;
    for (const injection of this.#unfollowed.get(sid) ?? []) injection.followed = true;
    this.#unfollowed.delete(sid);
  }
}
