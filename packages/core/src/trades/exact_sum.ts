/** A sum of integers and of their products that stays exact beyond 2^53. */
export class ExactSum {
  // Plain numbers while they are exact, and only what would not be goes through BigInt.
  #low = 0;
  #high = 0n;

  /** Adds a safe integer. */
  add(value: number): void {
    const low = this.#low + value;
    if (Number.isSafeInteger(low)) {
      this.#low = low;
    } else {
      this.#high += BigInt(this.#low) + BigInt(value);
      this.#low = 0;
    }
  }

  /** Adds the product of two safe integers. */
  addProduct(a: number, b: number): void {
    const product = a * b;
    if (Number.isSafeInteger(product)) this.add(product);
    else this.#high += BigInt(a) * BigInt(b);
  }

  /** The sum. */
  get value(): bigint {
    return this.#high + BigInt(this.#low);
  }

  /** The sum as a number. Throws `RangeError` when that cannot be exact. */
  toNumber(): number {
    const sum = this.value;
    const number = Number(sum);
    if (!Number.isSafeInteger(number)) {
      throw new RangeError(`Cannot give the sum ${sum} as a number: beyond exact integers`);
    }
    return number;
  }
}
