import type { DecimalRule } from "./decimal.ts";
import { CONTRACTS, unread } from "./field_rule.ts";
import { type FrameBytes, isDigit, passBare, passLiteral, passText } from "./frame_bytes.ts";
import { ENTRY_PRICE, ENTRY_SIZE, type Field, type FrameType, UNREAD_INDEX } from "./frame_type.ts";
import { Literal } from "./literal.ts";
import { FrameShape, Shape, type ShapeClock, ShapeStep, type StepForm } from "./shape.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const CARET = 0x5e;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const HEAD = new Literal('{"type":"');
/** Longer keys are left to the reader. */
const LONGEST_KEY = 100;

/**
 * The shape of the frame at `start`, if it is one of `types`, with `type` first, compact, without
 * repeated keys, and with lists and objects only where the type has them. Values are passed, not
 * judged.
 */
export function learnShape(
  bytes: FrameBytes,
  start: number,
  types: ReadonlyMap<string, FrameType>,
): FrameShape | undefined {
  const name = passLiteral(bytes, start, HEAD);
  const quote = name < 0 ? -1 : passText(bytes, name);
  if (quote < 0 || bytes.data[quote + 1] !== COMMA) return undefined;
  const type = types.get(bytes.slice(name, quote));
  if (type === undefined) return undefined;
  const lesson = new Lesson(bytes, start, type);
  return lesson.members(quote + 2, type.envelope, "^") === bytes.end ? lesson.shape() : undefined;
}

/** Collects the steps of a shape. */
class ShapeSteps {
  readonly #bytes: FrameBytes;
  readonly #steps: ShapeStep[] = [];
  readonly #words: number[] = [];
  // Where the fixed bytes since the last value begin.
  #fixed: number;

  constructor(bytes: FrameBytes, start: number) {
    this.#bytes = bytes;
    this.#fixed = start;
  }

  /** Adds the value in `[start, end)`. */
  add(
    start: number,
    end: number,
    form: StepForm,
    index: number,
    rule: DecimalRule,
    entry?: Shape,
  ): void {
    const before = new Literal(this.#bytes.slice(this.#fixed, start));
    const quoted = before.bytes.at(-1) === QUOTE;
    this.#steps.push(
      new ShapeStep(before, this.#words.length, form, quoted, index, rule, entry),
    );
    this.#words.push(...before.words);
    this.#fixed = end;
  }

  shape(end: number): Shape {
    this.add(end, end, "end", UNREAD_INDEX, unread);
    return new Shape(this.#steps, this.#words);
  }
}

/** One pass over a frame whose shape is not known yet. */
class Lesson {
  readonly #bytes: FrameBytes;
  readonly #type: FrameType;
  readonly #steps: ShapeSteps;
  readonly #paths = new Set(["^type"]);
  readonly #unknownBeside: string[] = [];
  readonly #unknownInside: string[] = [];
  /** The first `ts_ms` and the first `ts`: null for one whose value is not read as a bare number. */
  #millis: ShapeClock | null | undefined;
  #seconds: ShapeClock | null | undefined;
  #usable = 0;

  constructor(bytes: FrameBytes, start: number, type: FrameType) {
    this.#bytes = bytes;
    this.#type = type;
    this.#steps = new ShapeSteps(bytes, start);
  }

  shape(): FrameShape | undefined {
    if (!this.#paths.has("^msg")) return undefined;
    const unknown = [...this.#unknownBeside, ...this.#unknownInside];
    return new FrameShape(
      this.#type,
      this.#steps.shape(this.#bytes.end),
      this.#usable,
      unknown,
      this.#clock(),
    );
  }

  /** Milliseconds go before seconds, and of several of a kind the first one. */
  #clock(): ShapeClock | undefined {
    return (this.#millis === undefined ? this.#seconds : this.#millis) ?? undefined;
  }

  /** Passes the members of an object, from the first key to its closing brace. */
  members(pos: number, fields: ReadonlyMap<string, Field>, prefix: string): number {
    const { data } = this.#bytes;
    for (;; pos++) {
      const colon = this.#passKey(pos);
      if (colon < 0) return -1;
      const key = this.#bytes.slice(pos + 1, colon - 1);
      pos = this.#passMember(colon + 1, fields.get(key), prefix + key);
      if (pos < 0) return -1;
      if (data[pos] !== COMMA) return data[pos] === CLOSE_BRACE ? pos + 1 : -1;
    }
  }

  /** Passes a key in quotes; gives where its colon stands. */
  #passKey(pos: number): number {
    const { data } = this.#bytes;
    const quote = data[pos] === QUOTE ? passText(this.#bytes, pos + 1) : -1;
    if (quote < 0 || quote - pos > LONGEST_KEY || data[quote + 1] !== COLON) return -1;
    // JSON.parse puts keys that are array indexes first, and a `^` means "beside msg" in counts.
    return isDigit(data[pos + 1]!) || data[pos + 1] === CARET ? -1 : quote + 1;
  }

  #passMember(pos: number, known: Field | undefined, path: string): number {
    if (this.#paths.has(path)) return -1;
    this.#paths.add(path);
    if (path === "^msg") {
      if (this.#bytes.data[pos] !== OPEN_BRACE) return -1;
      return this.members(pos + 1, this.#type.fields, "");
    }
    if (known === undefined) {
      const unknown = path.startsWith("^") ? this.#unknownBeside : this.#unknownInside;
      unknown.push(`${this.#type.name}.${path}`);
    }
    const field = known ?? { ...unread, path, index: UNREAD_INDEX };
    this.#usable |= 1 << field.index;
    this.#noteClock(path, field, this.#bytes.data[pos] !== QUOTE);
    return field.form === "ladder" ? this.#passLadder(pos, field) : this.#passScalar(pos, field);
  }

  #noteClock(path: string, { index, meaning }: Field, isBare: boolean): void {
    const key = path.startsWith("^") ? path.slice(1) : path;
    const isRead = isBare && meaning === "time";
    if (key === "ts_ms" && this.#millis === undefined) {
      this.#millis = isRead ? { index, unit: 1000 } : null;
    } else if (key === "ts" && this.#seconds === undefined) {
      this.#seconds = isRead ? { index, unit: 1_000_000 } : null;
    }
  }

  #passScalar(pos: number, field: Field): number {
    const bytes = this.#bytes;
    const quoted = bytes.data[pos] === QUOTE;
    const start = quoted ? pos + 1 : pos;
    const end = quoted ? passText(bytes, start) : passBare(bytes, start);
    const form = end < 0 ? undefined : stepForm(field, quoted, start === end);
    if (form === undefined) return -1;
    this.#steps.add(start, end, form, field.index, field);
    return quoted ? end + 1 : end;
  }

  /** Passes a ladder; its first entry is taken as the shape of all. */
  #passLadder(pos: number, field: Field): number {
    const { data } = this.#bytes;
    const end = passList(this.#bytes, pos);
    if (end < 0) return -1;
    const entry = end === pos + 2 ? undefined : this.#entryShape(pos + 1, field);
    if (entry === undefined && data[pos + 1] !== CLOSE_BRACKET) return -1;
    this.#steps.add(pos, end, "ladder", field.index, field, entry);
    return end;
  }

  #entryShape(pos: number, field: Field): Shape | undefined {
    const { data } = this.#bytes;
    const steps = new ShapeSteps(this.#bytes, pos);
    if (data[pos] !== OPEN_BRACKET) return undefined;
    const comma = this.#passEntryValue(pos + 1, steps, ENTRY_PRICE, field);
    if (comma < 0 || data[comma] !== COMMA) return undefined;
    const bracket = this.#passEntryValue(comma + 1, steps, ENTRY_SIZE, CONTRACTS);
    if (bracket < 0 || data[bracket] !== CLOSE_BRACKET) return undefined;
    return steps.shape(bracket + 1);
  }

  #passEntryValue(pos: number, steps: ShapeSteps, index: number, rule: DecimalRule): number {
    const quoted = this.#bytes.data[pos] === QUOTE;
    const start = quoted ? pos + 1 : pos;
    const end = quoted ? passText(this.#bytes, start) : passBare(this.#bytes, start);
    if (end < 0) return -1;
    steps.add(start, end, "decimal", index, rule);
    return quoted ? end + 1 : end;
  }
}

/** How to pass a value; `undefined` for a form that cannot be right. */
function stepForm(field: Field, quoted: boolean, isEmpty: boolean): StepForm | undefined {
  switch (field.form) {
    case "unread":
      return quoted ? "text" : "bare";
    case "decimal":
      return quoted && isEmpty && field.mayBeEmpty ? "empty" : "decimal";
    case "time":
      return quoted ? "time" : "decimal";
    case "side":
    case "ticker":
      return quoted ? field.form : undefined;
    case "flag":
      return quoted ? undefined : "flag";
    case "ladder":
      return undefined;
  }
}

const LIST_BYTES: ReadonlySet<number> = new Set(new TextEncoder().encode('0123456789.-",'));

/** Passes a list of lists of decimals without looking closely: whoever reads it does. */
function passList(bytes: FrameBytes, pos: number): number {
  for (let depth = 0;; pos++) {
    const code = bytes.data[pos]!;
    if (code === OPEN_BRACKET) depth++;
    else if (code === CLOSE_BRACKET) depth--;
    else if (!LIST_BYTES.has(code)) return -1;
    if (depth <= 0) return depth === 0 && code === CLOSE_BRACKET ? pos + 1 : -1;
  }
}
