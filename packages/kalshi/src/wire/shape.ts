import type { EpochMicros } from "@ssmd/core";
import type { DecimalRule } from "./decimal.ts";
import type { FrameType, Places } from "./frame_type.ts";
import type { Literal } from "./literal.ts";

/** How the bytes of a value are passed. */
export type StepForm =
  /** Text that is not read. */
  | "text"
  /** A number or a word that is not read. */
  | "bare"
  /** A decimal, in quotes or not. */
  | "decimal"
  /** Nothing between quotes, which states that there is no value. */
  | "empty"
  /** A time in quotes. */
  | "time"
  /** A side in quotes. */
  | "side"
  /** `true` or `false`. */
  | "flag"
  /** A ticker in quotes. */
  | "ticker"
  /** A list of levels. */
  | "ladder"
  /** Nothing: the bytes before it are the last. */
  | "end";

/** A value of a {@link Shape}, and the fixed bytes before it. */
export class ShapeStep implements DecimalRule {
  /** How many bytes are fixed since the value before it, its own opening quote included. */
  readonly length: number;
  /** Those bytes. */
  readonly bytes: Uint8Array;
  /** Where their words begin in {@link Shape.words}, when they are eight or more. */
  readonly word: number;
  /** How the value is passed. */
  readonly form: StepForm;
  /** Whether it has quotes. */
  readonly quoted: boolean;
  /** Where it goes among the frame's values. */
  readonly index: number;
  // The rule's members are repeated here: objects that are all made alike are read faster.
  /** See {@link DecimalRule}. */
  readonly decimals: number;
  /** See {@link DecimalRule}. */
  readonly signed: boolean;
  /** See {@link DecimalRule}. */
  readonly most: number;
  /** The shape of a ladder's entries; `undefined` for an empty ladder and every other form. */
  readonly entry: Shape | undefined;

  /** A value after `before`, whose words stand at `word`. */
  constructor(
    before: Literal,
    word: number,
    form: StepForm,
    quoted: boolean,
    index: number,
    rule: DecimalRule,
    entry: Shape | undefined,
  ) {
    this.length = before.length;
    this.bytes = before.bytes;
    this.word = word;
    this.form = form;
    this.quoted = quoted;
    this.index = index;
    this.decimals = rule.decimals;
    this.signed = rule.signed;
    this.most = rule.most;
    this.entry = entry;
  }
}

// Shapes are classes for the same reason: literals with spread members come in several layouts.

/** Fixed bytes, and values that change between them. */
export class Shape {
  /** The values in order; the last step is the `end`. */
  readonly steps: readonly ShapeStep[];
  /** The words of all fixed bytes (see {@link Literal}), one after the other. */
  readonly words: Float64Array;

  /** The words of `steps` are in `words`. */
  constructor(steps: readonly ShapeStep[], words: readonly number[]) {
    this.steps = steps;
    this.words = new Float64Array(words);
  }
}

/** A time among the values of a shape, in microseconds. */
export interface ShapeClock {
  /** Where it stands. */
  readonly index: number;
  /** What it is a multiple of when it was written as a whole number. */
  readonly unit: EpochMicros;
}

/**
 * The build of a frame: braces, keys, quotes and its type are fixed bytes. An exchange sends few
 * shapes, so most frames are read by comparing them with one that is known, and reading only the
 * values.
 */
export class FrameShape {
  /** The type, which is part of the fixed bytes. */
  readonly type: FrameType;
  /** The frame's bytes. */
  readonly shape: Shape;
  /** Bit `Field.index` is set for every field that is read. */
  readonly usable: number;
  /** Where the values stand. */
  readonly places: Places;
  /** Fields that the type does not have, as `type.field`. */
  readonly unknown: string[];
  /** The time that core's `exchangeTime` reads; `undefined` when the shape does not tell which. */
  readonly clock: ShapeClock | undefined;

  /** A frame of `type` whose `usable` fields are given as bits. */
  constructor(
    type: FrameType,
    shape: Shape,
    usable: number,
    unknown: string[],
    clock: ShapeClock | undefined,
  ) {
    this.type = type;
    this.shape = shape;
    this.usable = usable;
    this.places = type.places(usable);
    this.unknown = unknown;
    this.clock = clock;
  }
}
