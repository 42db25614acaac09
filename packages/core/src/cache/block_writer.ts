import {
  BASE_AT,
  BYTES_FORM,
  COLUMN_HEADER,
  FORM_AT,
  LENGTH_AT,
  LONGEST_NAME,
  padded,
  ROWS_AT,
  STEP_AT,
} from "./block_layout.ts";
import {
  codesIn,
  ColumnForm,
  type ColumnShape,
  shapeOf,
  tableOf,
  writeGrid,
} from "./column_codec.ts";

const encoder = new TextEncoder();

/** Puts columns into a block; its memory is reused after {@link clear}. */
export class BlockWriter {
  #bytes = new Uint8Array(65_536);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #scratch = new Float64Array(0);

  /** The block so far, a multiple of 8 bytes; valid until the next change. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets all columns. */
  clear(): void {
    this.#length = 0;
  }

  /** Adds numbers, which keep their bits, except that every NaN becomes the same one. */
  numbers(name: string, values: ArrayLike<number>): void {
    const rows = values.length;
    if (this.#scratch.length < rows) this.#scratch = new Float64Array(rows);
    const scratch = this.#scratch;
    scratch.set(values);
    const shape = shapeOf(scratch, rows);
    if (shape.form !== ColumnForm.plain) {
      this.#add(name, shape, rows, rows * shape.width);
      if (shape.form === ColumnForm.grid) writeGrid(scratch, rows, shape, this.#data(rows * 4));
      return;
    }
    const table = tableOf(scratch, rows);
    if (table === undefined) {
      this.#add(name, shape, rows, rows * 8);
      new Float64Array(this.#bytes.buffer, this.#dataAt, rows).set(scratch.subarray(0, rows));
    } else this.#addTable(name, scratch, rows, table);
  }

  /** Adds bytes as they are; a column of one value takes none. */
  bytes(name: string, values: Uint8Array): void {
    const first = values[0];
    if (first !== undefined && values.every((value) => value === first)) {
      const shape = { form: ColumnForm.constant, width: 0, hasNone: false, base: first, step: 0 };
      this.#add(name, shape, values.length, 0);
      return;
    }
    const shape = { form: BYTES_FORM, width: 1, hasNone: false, base: 0, step: 0 };
    this.#add(name, shape, values.length, values.length);
    this.#bytes.set(values, this.#dataAt);
  }

  /** Adds a text. */
  text(name: string, text: string): void {
    const bytes = encoder.encode(text);
    const shape = { form: BYTES_FORM, width: 1, hasNone: false, base: 0, step: 0 };
    this.#add(name, shape, bytes.length, bytes.length);
    this.#bytes.set(bytes, this.#dataAt);
  }

  #dataAt = 0;

  #data(length: number): Uint8Array {
    return this.#bytes.subarray(this.#dataAt, this.#dataAt + length);
  }

  #addTable(
    name: string,
    values: Float64Array,
    rows: number,
    table: ReadonlyMap<number, number>,
  ): void {
    const width = table.size <= 256 ? 1 : 2;
    const shape: ColumnShape = {
      form: ColumnForm.table,
      width,
      hasNone: false,
      base: table.size,
      step: 0,
    };
    this.#add(name, shape, rows, table.size * 8 + rows * width);
    new Float64Array(this.#bytes.buffer, this.#dataAt, table.size).set([...table.keys()]);
    const start = this.#dataAt + table.size * 8;
    const codes = codesIn(this.#bytes.subarray(start), width, rows);
    for (let i = 0; i < rows; i++) codes[i] = table.get(values[i]!)!;
  }

  /** Writes a header and makes room, zeroed, for `length` bytes of data at `#dataAt`. */
  #add(
    name: string,
    shape: Omit<ColumnShape, "form"> & { readonly form: number },
    rows: number,
    length: number,
  ): void {
    if (name.length > LONGEST_NAME) {
      throw new RangeError(`Cannot name a column ${name}: at most ${LONGEST_NAME} characters`);
    }
    const at = this.#length;
    this.#dataAt = at + COLUMN_HEADER;
    this.#reserve(this.#dataAt + padded(length));
    this.#bytes.fill(0, at, this.#length);
    encoder.encodeInto(name, this.#bytes.subarray(at, at + LONGEST_NAME));
    this.#view.setUint8(at + FORM_AT, shape.form);
    this.#view.setUint8(at + FORM_AT + 1, shape.width);
    this.#view.setUint8(at + FORM_AT + 2, shape.hasNone ? 1 : 0);
    this.#view.setUint32(at + ROWS_AT, rows, true);
    this.#view.setUint32(at + LENGTH_AT, length, true);
    this.#view.setFloat64(at + BASE_AT, shape.base, true);
    this.#view.setFloat64(at + STEP_AT, shape.step, true);
  }

  #reserve(length: number): void {
    this.#length = length;
    if (length <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
