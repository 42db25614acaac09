import { ManualClock } from "@ssmd/core";
import type { Wait } from "./wait.ts";

/** A clock that moves by being waited for: hours pass in a test without any passing. */
export class VirtualTime {
  readonly clock: ManualClock;
  /** Milliseconds of every wait so far. */
  readonly waits: number[] = [];

  constructor(start: number) {
    this.clock = new ManualClock(start);
  }

  readonly wait: Wait = async (milliseconds, signal) => {
    this.waits.push(milliseconds);
    // Lets sockets have their turn, so that a loop of waits cannot starve them.
    await new Promise((resolve) => setImmediate(resolve));
    if (!signal?.aborted) this.advance(milliseconds);
  };

  advance(milliseconds: number): void {
    this.clock.set(this.clock.now() + Math.round(milliseconds * 1000));
  }
}
