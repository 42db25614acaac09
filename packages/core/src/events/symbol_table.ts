/** Gives each symbol (a market's ticker) a small id, so that columns can hold it as an integer. */
export class SymbolTable {
  readonly #names: string[] = [];
  readonly #ids = new Map<string, number>();

  /** How many symbols are known; ids run from 0 to `size − 1`. */
  get size(): number {
    return this.#names.length;
  }

  /** The id of `name`, given on first sight and kept for the life of the table. */
  intern(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#names.push(name) - 1;
    this.#ids.set(name, id);
    return id;
  }

  /** The id of `name`, or `undefined` when it was never interned. */
  find(name: string): number | undefined {
    return this.#ids.get(name);
  }

  /** The symbol of `id`. Throws `RangeError` for an id that was never given. */
  name(id: number): string {
    const name = this.#names[id];
    if (name === undefined) {
      throw new RangeError(`Cannot name symbol ${id}: only ${this.size} known`);
    }
    return name;
  }
}
