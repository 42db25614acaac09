/**
 * How a block of columns lies in bytes, little-endian: columns one after the other, each a header
 * and then its data, padded with zeros to a multiple of 8.
 *
 * ```
 *  0  name, 24 ASCII characters, padded with zeros
 * 24  form, width and "has none", a byte each; a zero
 * 28  rows, uint32
 * 32  bytes of the data, uint32
 * 36  zero
 * 40  base, double
 * 48  step, double
 * 56  data
 * ```
 *
 * Texts are columns of the form {@link BYTES_FORM}, whose data is UTF-8.
 * @module
 */

/** Bytes of a column's header. */
export const COLUMN_HEADER = 56;
/** The longest name of a column. */
export const LONGEST_NAME = 24;
/** Where a header says the form. */
export const FORM_AT = 24;
/** Where it says how many rows. */
export const ROWS_AT = 28;
/** Where it says how many bytes of data. */
export const LENGTH_AT = 32;
/** Where the base stands. */
export const BASE_AT = 40;
/** Where the step stands. */
export const STEP_AT = 48;
/** The form of a column of bytes: one row is one byte. */
export const BYTES_FORM = 255;

/** The next multiple of 8. */
export function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

/** Whether numbers lie in this machine's memory as they do in a block: without that there is no cache. */
export const IS_LITTLE_ENDIAN: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
