import { CentRecordKind } from "@ssmd/core";
import { type FrameBytes, passBare, passText } from "../wire/frame_bytes.ts";
import { Literal } from "../wire/literal.ts";
import { centKind } from "./cent_columns.ts";
import {
  CENT_COLUMNS,
  CENT_FIELDS,
  CentColumn,
  type CentField,
  MARKET_FIELD,
  SIDE_FIELDS,
} from "./cent_fields.ts";
import { CentForm, CentShape, CentStep } from "./cent_shape.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const COLON = 0x3a;
const CARET = 0x5e;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** Longer keys are left to `JSON.parse`. */
const LONGEST_KEY = 100;
const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?$/;
/** Values that say nothing, in every field that is read. */
const NOTHING: ReadonlySet<string> = new Set(["null", ""]);
const NOT_NUMBERS: ReadonlySet<string> = new Set([...NOTHING, "true", "false"]);

/**
 * The shape of the line `[start, end)`, which a newline follows, if it is one object that names a
 * market in its `msg`, without repeated keys, and with no list and no other object in it. Values are
 * passed, not judged, except where the shape depends on them.
 */
export function learnCentShape(
  bytes: FrameBytes,
  start: number,
  end: number,
  capacity: number,
): CentShape | undefined {
  const lesson = new Lesson(bytes);
  const after = bytes.data[start] === OPEN_BRACE ? lesson.members(start + 1, "^") : -1;
  return after < 0 || passSpace(bytes.data, after) !== end
    ? undefined
    : lesson.shape(start, end, capacity);
}

/** A value that may differ from line to line. */
interface Value {
  /** Its key; `^` and the key for a member beside `msg`. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

/** How a value is read. */
interface Reading {
  readonly form: CentForm;
  readonly field?: CentField;
}

const TEXT: Reading = { form: CentForm.text };
const BARE: Reading = { form: CentForm.bare };

/** One pass over a line whose shape is not known yet. */
class Lesson {
  readonly #bytes: FrameBytes;
  readonly #paths = new Set<string>();
  readonly #values: Value[] = [];

  constructor(bytes: FrameBytes) {
    this.#bytes = bytes;
  }

  /** Passes the members of an object, from behind its opening brace to behind its closing one. */
  members(pos: number, prefix: "^" | ""): number {
    const { data } = this.#bytes;
    for (;; pos++) {
      pos = passSpace(data, pos);
      const quote = data[pos] === QUOTE ? passText(this.#bytes, pos + 1) : -1;
      // A member of `msg` must not look like one beside it.
      if (quote < 0 || quote - pos > LONGEST_KEY || data[pos + 1] === CARET) return -1;
      const path = prefix + this.#bytes.slice(pos + 1, quote);
      const colon = passSpace(data, quote + 1);
      if (data[colon] !== COLON || this.#paths.has(path)) return -1;
      this.#paths.add(path);
      pos = this.#passValue(passSpace(data, colon + 1), path);
      if (pos < 0) return -1;
      pos = passSpace(data, pos);
      if (data[pos] !== COMMA) return data[pos] === CLOSE_BRACE ? pos + 1 : -1;
    }
  }

  #passValue(pos: number, path: string): number {
    const bytes = this.#bytes;
    if (bytes.data[pos] === OPEN_BRACE) return path === "^msg" ? this.members(pos + 1, "") : -1;
    if (path === "^msg") return -1;
    const quoted = bytes.data[pos] === QUOTE;
    const start = quoted ? pos + 1 : pos;
    const end = quoted ? passText(bytes, start) : passBare(bytes, start);
    if (end < 0) return -1;
    this.#values.push({ path, start, end, quoted });
    return quoted ? end + 1 : end;
  }

  /** The shape of what was passed; `undefined` for what is better left to `JSON.parse`. */
  shape(start: number, end: number, capacity: number): CentShape | undefined {
    const type = this.#values.find(({ path }) => path === "^type");
    const kind = centKind(type?.quoted === true ? this.#text(type) : undefined);
    if (!this.#values.some(({ path }) => path === MARKET_FIELD)) return undefined;
    const steps: CentStep[] = [];
    const words: number[] = [];
    const filled = new Set<number>();
    let fixed = start;
    const add = (value: Value | undefined, { form, field }: Reading): void => {
      const stop = value?.start ?? end;
      const before = new Literal(
        this.#bytes.slice(fixed, stop) + (value === undefined ? "\n" : ""),
      );
      const at = field === undefined ? -1 : field.column * capacity;
      const { quoted = false } = value ?? {};
      steps.push(new CentStep(before, words.length, form, quoted, at, field?.shift ?? 0));
      words.push(...before.words);
      if (field !== undefined) filled.add(field.column);
      fixed = value?.end ?? end;
    };
    for (const value of this.#values) {
      if (value === type && value.quoted) continue;
      const reading = this.#readingOf(value, kind);
      if (reading === "unsure") return undefined;
      if (reading !== "fixed") add(value, reading);
    }
    add(undefined, { form: CentForm.end });
    const absent = Array.from({ length: CENT_COLUMNS }, (_, column) => column)
      .filter((column) => column !== CentColumn.ts && !filled.has(column))
      .map((column) => column * capacity);
    return new CentShape(kind, steps, words, absent, filled.has(CentColumn.ts));
  }

  /** How to read a value; `fixed` when it belongs to the fixed bytes. */
  #readingOf(value: Value, kind: CentRecordKind): Reading | "fixed" | "unsure" {
    const unread = value.quoted ? TEXT : BARE;
    const text = this.#text(value);
    if (value.path === MARKET_FIELD) {
      return value.quoted && text !== "" ? { form: CentForm.ticker } : "unsure";
    }
    const field = CENT_FIELDS.get(value.path);
    if (field !== undefined && (kind !== CentRecordKind.other || field.column === CentColumn.ts)) {
      return this.#readingOfNumber(value, text, field) ?? unread;
    }
    if (!SIDE_FIELDS.includes(value.path) || kind === CentRecordKind.other) return unread;
    if (NOTHING.has(text)) return value.quoted === (text === "") ? "fixed" : "unsure";
    if (!value.quoted || (text !== "yes" && text !== "no")) return "unsure";
    return this.#isPreferred(SIDE_FIELDS, value.path) ? { form: CentForm.side } : unread;
  }

  /** `undefined` for a number that another one is preferred to. */
  #readingOfNumber(
    value: Value,
    text: string,
    field: CentField,
  ): Reading | "fixed" | "unsure" | undefined {
    if (NOT_NUMBERS.has(text)) return value.quoted === (text === "") ? "fixed" : "unsure";
    if (value.quoted && !PLAIN_DECIMAL.test(text)) {
      const isDate = value.end > value.start + 4 && text.charCodeAt(4) === MINUS;
      return isDate && field.column === CentColumn.ts ? { form: CentForm.date } : "unsure";
    }
    const names = [...CENT_FIELDS].filter(([, { column }]) => column === field.column)
      .map(([name]) => name);
    return this.#isPreferred(names, value.path) ? { form: CentForm.decimal, field } : undefined;
  }

  /** Whether none of the `names` before `name` has a value that says something. */
  #isPreferred(names: readonly string[], name: string): boolean {
    return names.slice(0, names.indexOf(name)).every((before) => {
      const value = this.#values.find(({ path }) => path === before);
      return value === undefined || NOT_NUMBERS.has(this.#text(value));
    });
  }

  #text({ start, end }: Value): string {
    return this.#bytes.slice(start, end);
  }
}

function passSpace(data: Uint8Array, pos: number): number {
  while (data[pos] === 0x20 || data[pos] === 0x09 || data[pos] === 0x0d) pos++;
  return pos;
}
