/**
 * Columns of doubles in as few bytes as they need, to the bit. What a column is made of decides its
 * form: one value over and over takes none, integers that lie on a grid take 1, 2 or 4 bytes each,
 * few distinct doubles take an index each, anything else 8 bytes.
 * @module
 */

/** How a column's bytes are to be read. */
export const ColumnForm = {
  /** Every value is `base`; there are no bytes. */
  constant: 0,
  /** `base + step × code`, a code per value; with `hasNone` the highest code is NaN. */
  grid: 1,
  /** As many doubles as `base` says, then an index into them per value. */
  table: 2,
  /** The doubles. */
  plain: 3,
} as const;
/** One of the values of {@link ColumnForm}. */
export type ColumnForm = typeof ColumnForm[keyof typeof ColumnForm];

/** A column's form, as its header says it. */
export interface ColumnShape {
  /** How its bytes are to be read. */
  readonly form: ColumnForm;
  /** Bytes of a code or an index: 1, 2 or 4; 0 where there are none. */
  readonly width: number;
  /** Whether the highest code of a grid stands for NaN. */
  readonly hasNone: boolean;
  /** See {@link ColumnForm}. */
  readonly base: number;
  /** See {@link ColumnForm}. */
  readonly step: number;
}

const PLAIN: ColumnShape = {
  form: ColumnForm.plain,
  width: 0,
  hasNone: false,
  base: 0,
  step: 0,
};
/** More distinct doubles than this are not looked for. */
const MOST_IN_TABLE = 4096;
const MOST_CODES = 2 ** 32;

/** The form in which the first `rows` of `values` take the fewest bytes. */
export function shapeOf(values: Float64Array, rows: number): ColumnShape {
  return constantShape(values, rows) ?? gridShape(values, rows) ?? PLAIN;
}

function constantShape(values: Float64Array, rows: number): ColumnShape | undefined {
  const first = rows === 0 ? NaN : values[0]!;
  for (let i = 1; i < rows; i++) if (!Object.is(values[i], first)) return undefined;
  return { form: ColumnForm.constant, width: 0, hasNone: false, base: first, step: 0 };
}

/** Undefined unless all values are exact integers or NaN, and near enough to each other. */
function gridShape(values: Float64Array, rows: number): ColumnShape | undefined {
  let origin = NaN;
  let min = Infinity;
  let max = -Infinity;
  let step = 0;
  let hasNone = false;
  for (let i = 0; i < rows; i++) {
    const value = values[i]!;
    if (value !== value) {
      hasNone = true;
      continue;
    }
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return undefined;
    if (origin !== origin) origin = value;
    if (value < min) min = value;
    if (value > max) max = value;
    if (step !== 1) step = commonDivisor(step, Math.abs(value - origin));
  }
  if (step === 0) step = 1;
  const codes = (max - min) / step + 1 + (hasNone ? 1 : 0);
  if (!(codes <= MOST_CODES) || !Number.isSafeInteger(max - min)) return undefined;
  const width = codes <= 256 ? 1 : codes <= 65_536 ? 2 : 4;
  return { form: ColumnForm.grid, width, hasNone, base: min, step };
}

function commonDivisor(a: number, b: number): number {
  while (b !== 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/** The distinct doubles of a column that has no other form, or `undefined` when they are too many. */
export function tableOf(values: Float64Array, rows: number): Map<number, number> | undefined {
  const table = new Map<number, number>();
  const most = Math.min(MOST_IN_TABLE, rows / 2);
  for (let i = 0; i < rows; i++) {
    const value = values[i]!;
    // A map takes -0 for 0.
    if (Object.is(value, -0)) return undefined;
    if (table.has(value)) continue;
    if (table.size >= most) return undefined;
    table.set(value, table.size);
  }
  return table;
}

/** Writes the codes of a grid for the first `rows` of `values` to the start of `into`. */
export function writeGrid(
  values: Float64Array,
  rows: number,
  { width, base, step }: ColumnShape,
  into: Uint8Array,
): void {
  const codes = codesIn(into, width, rows);
  const none = noneCode(width);
  for (let i = 0; i < rows; i++) {
    const value = values[i]!;
    codes[i] = value !== value ? none : (value - base) / step;
  }
}

/** Integers of `width` bytes at the start of `bytes`, as many as `count`. */
export function codesIn(
  bytes: Uint8Array,
  width: number,
  count: number,
): Uint8Array | Uint16Array | Uint32Array {
  const { buffer, byteOffset } = bytes;
  if (width === 1) return new Uint8Array(buffer, byteOffset, count);
  if (width === 2) return new Uint16Array(buffer, byteOffset, count);
  return new Uint32Array(buffer, byteOffset, count);
}

/** The highest code of so many bytes. */
function noneCode(width: number): number {
  return 2 ** (8 * width) - 1;
}

/** Fills the first `rows` of `into` from a column of this shape; `bytes` begin at a multiple of 8. */
export function readColumn(
  { form, width, hasNone, base, step }: ColumnShape,
  bytes: Uint8Array,
  rows: number,
  into: Float64Array,
): void {
  const { buffer, byteOffset } = bytes;
  switch (form) {
    case ColumnForm.constant:
      into.fill(base, 0, rows);
      return;
    case ColumnForm.plain:
      into.set(new Float64Array(buffer, byteOffset, rows));
      return;
    case ColumnForm.table:
      readTable(new Float64Array(buffer, byteOffset, base), bytes, width, rows, into);
      return;
    case ColumnForm.grid:
      readGrid(codesIn(bytes, width, rows), hasNone ? noneCode(width) : -1, base, step, into);
  }
}

/** Chooses a loop: one for each kind of array, so that the compiler knows it, and for NaN or not. */
function readGrid(
  codes: Uint8Array | Uint16Array | Uint32Array,
  none: number,
  base: number,
  step: number,
  into: Float64Array,
): void {
  if (codes instanceof Uint8Array) {
    if (none < 0) readGrid1(codes, base, step, into);
    else readSparse1(codes, none, base, step, into);
  } else if (codes instanceof Uint16Array) {
    if (none < 0) readGrid2(codes, base, step, into);
    else readSparse2(codes, none, base, step, into);
  } else if (none < 0) readGrid4(codes, base, step, into);
  else readSparse4(codes, none, base, step, into);
}

function readGrid1(codes: Uint8Array, base: number, step: number, into: Float64Array): void {
  for (let i = 0; i < codes.length; i++) into[i] = base + step * codes[i]!;
}

function readGrid2(codes: Uint16Array, base: number, step: number, into: Float64Array): void {
  for (let i = 0; i < codes.length; i++) into[i] = base + step * codes[i]!;
}

function readGrid4(codes: Uint32Array, base: number, step: number, into: Float64Array): void {
  for (let i = 0; i < codes.length; i++) into[i] = base + step * codes[i]!;
}

function readSparse1(
  codes: Uint8Array,
  none: number,
  base: number,
  step: number,
  into: Float64Array,
): void {
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    into[i] = code === none ? NaN : base + step * code;
  }
}

function readSparse2(
  codes: Uint16Array,
  none: number,
  base: number,
  step: number,
  into: Float64Array,
): void {
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    into[i] = code === none ? NaN : base + step * code;
  }
}

function readSparse4(
  codes: Uint32Array,
  none: number,
  base: number,
  step: number,
  into: Float64Array,
): void {
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    into[i] = code === none ? NaN : base + step * code;
  }
}

function readTable(
  table: Float64Array,
  bytes: Uint8Array,
  width: number,
  rows: number,
  into: Float64Array,
): void {
  const indexes = codesIn(bytes.subarray(table.byteLength), width, rows);
  for (let i = 0; i < rows; i++) into[i] = table[indexes[i]!]!;
}
