import type { CentRecordKind } from "@ssmd/core";
import type { Literal } from "../wire/literal.ts";

/** How the bytes of a value are passed. */
export const CentForm = {
  /** Text that is not read. */
  text: 0,
  /** A number or a word that is not read. */
  bare: 1,
  /** A number of a column, in quotes or not. */
  decimal: 2,
  /** The ticker in quotes. */
  ticker: 3,
  /** `yes` or `no`, in quotes. */
  side: 4,
  /** Text that begins like a date, and so is no number. */
  date: 5,
  /** Nothing: the bytes before it are the last. */
  end: 6,
} as const;
/** One of the forms. */
export type CentForm = typeof CentForm[keyof typeof CentForm];

/** A value of a {@link CentShape}, and the fixed bytes before it. */
export class CentStep {
  /** How many bytes are fixed since the value before it, its own opening quote included. */
  readonly length: number;
  /** Those bytes. */
  readonly bytes: Uint8Array;
  /** Where their words begin in {@link CentShape.words}, when they are eight or more. */
  readonly word: number;
  /** How the value is passed. */
  readonly form: CentForm;
  /** Whether it has quotes. */
  readonly quoted: boolean;
  /** Where its column begins among all numbers; −1 when it has none. */
  readonly at: number;
  /** How many places its point moves to the right. */
  readonly shift: number;

  /** A value after `before`, whose words stand at `word`. */
  constructor(
    before: Literal,
    word: number,
    form: CentForm,
    quoted: boolean,
    at: number,
    shift: number,
  ) {
    this.length = before.length;
    this.bytes = before.bytes;
    this.word = word;
    this.form = form;
    this.quoted = quoted;
    this.at = at;
    this.shift = shift;
  }
}

/** The build of a line, its newline included: fixed bytes, and values that change between them. */
export class CentShape {
  /** What its records are: their type is part of the fixed bytes. */
  readonly kind: CentRecordKind;
  /** The values in order; the last step is the `end`. */
  readonly steps: readonly CentStep[];
  /** The words of all fixed bytes (see `Literal`), one after the other. */
  readonly words: Float64Array;
  /** Where the columns, but that of times, begin for which its lines have no value. */
  readonly absent: Int32Array;
  /** Whether its lines have a time. */
  readonly timed: boolean;

  /** The words of `steps` are in `words`. */
  constructor(
    kind: CentRecordKind,
    steps: readonly CentStep[],
    words: readonly number[],
    absent: readonly number[],
    timed: boolean,
  ) {
    this.kind = kind;
    this.steps = steps;
    this.words = new Float64Array(words);
    this.absent = new Int32Array(absent);
    this.timed = timed;
  }
}
