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
import { ColumnForm, type ColumnShape, readColumn } from "./column_codec.ts";

const decoder = new TextDecoder();

interface Column {
  readonly name: string;
  readonly shape: ColumnShape;
  readonly isBytes: boolean;
  readonly rows: number;
  readonly data: Uint8Array;
}

/** Gives back the columns of a block whose checksum was right; it is not made for other bytes. */
export class BlockReader {
  readonly #columns: readonly Column[];

  /** `block` begins at a multiple of 8 in its buffer, and must not change while this is used. */
  constructor(block: Uint8Array) {
    const columns: Column[] = [];
    const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    for (let at = 0; at < block.length;) {
      const length = view.getUint32(at + LENGTH_AT, true);
      const name = decoder.decode(block.subarray(at, at + LONGEST_NAME));
      const form = view.getUint8(at + FORM_AT);
      const isBytes = form === BYTES_FORM;
      columns.push({
        name: name.replace(/\0+$/, ""),
        isBytes,
        rows: view.getUint32(at + ROWS_AT, true),
        shape: {
          // The writer wrote one of the forms, and the checksum says that it is still there.
          form: (isBytes ? ColumnForm.plain : form) as ColumnForm,
          width: view.getUint8(at + FORM_AT + 1),
          hasNone: view.getUint8(at + FORM_AT + 2) === 1,
          base: view.getFloat64(at + BASE_AT, true),
          step: view.getFloat64(at + STEP_AT, true),
        },
        data: block.subarray(at + COLUMN_HEADER, at + COLUMN_HEADER + length),
      });
      at += COLUMN_HEADER + padded(length);
    }
    this.#columns = columns;
  }

  /** How many rows the column has; 0 when there is none of that name. */
  rows(name: string): number {
    return this.#find(name)?.rows ?? 0;
  }

  /** Fills the start of `into` with numbers; they are NaN when there is no such column. */
  numbers(name: string, rows: number, into: Float64Array): void {
    const column = this.#find(name);
    if (column === undefined) into.fill(NaN, 0, rows);
    else readColumn(column.shape, column.data, rows, into);
  }

  /** Fills the start of `into` with bytes. */
  bytes(name: string, into: Uint8Array): void {
    const column = this.#find(name);
    if (column === undefined) return;
    if (column.isBytes) into.set(column.data);
    else into.fill(column.shape.base, 0, column.rows);
  }

  /** A text; empty when there is no such column. */
  text(name: string): string {
    return decoder.decode(this.#find(name)?.data ?? new Uint8Array(0));
  }

  #find(name: string): Column | undefined {
    return this.#columns.find((column) => column.name === name);
  }
}
