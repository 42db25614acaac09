const TABLES = makeTables();

/** The CRC-32 of gzip (RFC 1952, section 8), computed over bytes as they come. */
export class Crc32 {
  #state = 0xffffffff;

  /** The checksum of all bytes so far, as an unsigned integer. */
  get value(): number {
    return ~this.#state >>> 0;
  }

  /** Adds bytes. */
  update(data: Uint8Array): void {
    const [t0, t1, t2, t3] = TABLES;
    let state = this.#state;
    let i = 0;
    // Four bytes a step ("slicing"): one dependent load instead of four.
    for (const last = data.length - 3; i < last; i += 4) {
      state ^= data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
      state = t3[state & 0xff]! ^ t2[(state >>> 8) & 0xff]! ^ t1[(state >>> 16) & 0xff]! ^
        t0[state >>> 24]!;
    }
    for (; i < data.length; i++) state = t0[(state ^ data[i]!) & 0xff]! ^ (state >>> 8);
    this.#state = state;
  }
}

type Tables = readonly [Int32Array, Int32Array, Int32Array, Int32Array];

function makeTables(): Tables {
  const tables: Tables = [
    new Int32Array(256),
    new Int32Array(256),
    new Int32Array(256),
    new Int32Array(256),
  ];
  const first = tables[0];
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) {
      value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    }
    first[byte] = value;
  }
  for (let n = 1; n < 4; n++) {
    const previous = tables[n - 1]!;
    for (let byte = 0; byte < 256; byte++) {
      const value = previous[byte]!;
      tables[n]![byte] = first[value & 0xff]! ^ (value >>> 8);
    }
  }
  return tables;
}
