import type { DecodeCounts } from "@ssmd/core";
import type { Frame } from "./frame.ts";
import type { FrameType } from "./frame_type.ts";
import { UNKNOWN_TYPE } from "./frame_types.ts";

const MOST_NAMES = 1000;
const LONGEST_NAME = 200;
const REST = "(more)";

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

  /** Counts the frame under its type. */
  countType(frame: Frame): void {
    const type = frame.type;
    if (type === UNKNOWN_TYPE) {
      count(this.unknownTypes, frame.typeName);
      return;
    }
    if (type !== this.#type) {
      let tally = this.#known.get(type);
      if (tally === undefined) this.#known.set(type, tally = { frames: 0 });
      this.#type = type;
      this.#tally = tally;
    }
    this.#tally.frames++;
  }

  /** Counts the fields that the frame notes as unknown or invalid. */
  countFields(frame: Frame): void {
    if (frame.unknown.length + frame.invalid.length === 0) return;
    for (const name of frame.unknown) count(this.unknownFields, name);
    for (const name of frame.invalid) count(this.invalidFields, name);
  }
}

function count(counts: Map<string, number>, name: string): void {
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  const kept = counts.has(short) || counts.size < MOST_NAMES ? short : REST;
  counts.set(kept, (counts.get(kept) ?? 0) + 1);
}
