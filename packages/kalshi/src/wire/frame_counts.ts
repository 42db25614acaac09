import type { DecodeCounts } from "@ssmd/core";
import type { Frame } from "./frame.ts";
import type { FrameType } from "./frame_type.ts";
import { FRAME_TYPES, UNKNOWN_TYPE } from "./frame_types.ts";

const MOST_NAMES = 1000;
const LONGEST_NAME = 200;
const REST = "(more)";

/** Counts by name, in the order in which the names appeared. */
type Tallies = readonly (readonly [string, number])[];

/** What a decoder met, as JSON data. */
export interface CountsAccount {
  /** See {@link FrameCounts}. */
  readonly frames: number;
  /** See {@link FrameCounts}. */
  readonly malformed: number;
  /** See {@link FrameCounts}. */
  readonly duplicates: number;
  /** Frames of the known types. */
  readonly types: Tallies;
  /** See {@link FrameCounts}. */
  readonly unknownTypes: Tallies;
  /** See {@link FrameCounts}. */
  readonly unknownFields: Tallies;
  /** See {@link FrameCounts}. */
  readonly invalidFields: Tallies;
}

/**
 * What a decoder met. Names come from the wire, so their number and length is bounded: each map
 * keeps the first 1000 names, and counts the rest under `(more)`.
 */
export class FrameCounts implements DecodeCounts {
  /** Frames handed in. */
  frames = 0;
  /** Frames that are not a JSON object. */
  malformed = 0;
  /** Frames whose sequence number had been seen. */
  duplicates = 0;
  /** Frames of each type that is not known. */
  readonly unknownTypes: Map<string, number> = new Map();
  /** Unknown fields, by frames. */
  readonly unknownFields: Map<string, number> = new Map();
  /** Fields whose value could not be used, by frames. */
  readonly invalidFields: Map<string, number> = new Map();

  readonly #known = new Map<FrameType, { frames: number }>();
  // Counting is on the path of every frame, and neighbours are mostly of one type.
  #type: FrameType = UNKNOWN_TYPE;
  #tally = { frames: 0 };

  /** Frames by `type`, put together for this call. */
  get types(): ReadonlyMap<string, number> {
    const types = new Map<string, number>();
    for (const [type, tally] of this.#known) types.set(type.name, tally.frames);
    for (const [name, frames] of this.unknownTypes) types.set(name, frames);
    return types;
  }

  /** What was met; `undefined` when there were too many names to keep them apart. */
  account(): CountsAccount | undefined {
    const { frames, malformed, duplicates, unknownTypes, unknownFields, invalidFields } = this;
    if ([unknownTypes, unknownFields, invalidFields].some((counts) => counts.has(REST))) {
      return undefined;
    }
    return {
      frames,
      malformed,
      duplicates,
      types: Array.from(this.#known, ([type, tally]) => [type.name, tally.frames]),
      unknownTypes: [...unknownTypes],
      unknownFields: [...unknownFields],
      invalidFields: [...invalidFields],
    };
  }

  /** Counts what another decoder met. */
  add(account: CountsAccount): void {
    this.frames += account.frames;
    this.malformed += account.malformed;
    this.duplicates += account.duplicates;
    for (const [name, frames] of account.types) {
      const type = FRAME_TYPES.get(name);
      if (type !== undefined) this.#tallyOf(type).frames += frames;
    }
    for (const [name, frames] of account.unknownTypes) count(this.unknownTypes, name, frames);
    for (const [name, frames] of account.unknownFields) count(this.unknownFields, name, frames);
    for (const [name, frames] of account.invalidFields) count(this.invalidFields, name, frames);
  }

  /** Counts the frame under its type. */
  countType(frame: Frame): void {
    const type = frame.type;
    if (type === UNKNOWN_TYPE) {
      count(this.unknownTypes, frame.typeName, 1);
      return;
    }
    if (type !== this.#type) {
      this.#tally = this.#tallyOf(type);
      this.#type = type;
    }
    this.#tally.frames++;
  }

  /** Counts the fields that the frame notes as unknown or invalid. */
  countFields(frame: Frame): void {
    if (frame.unknown.length + frame.invalid.length === 0) return;
    for (const name of frame.unknown) count(this.unknownFields, name, 1);
    for (const name of frame.invalid) count(this.invalidFields, name, 1);
  }

  #tallyOf(type: FrameType): { frames: number } {
    let tally = this.#known.get(type);
    if (tally === undefined) this.#known.set(type, tally = { frames: 0 });
    return tally;
  }
}

function count(counts: Map<string, number>, name: string, frames: number): void {
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  const kept = counts.has(short) || counts.size < MOST_NAMES ? short : REST;
  counts.set(kept, (counts.get(kept) ?? 0) + frames);
}
