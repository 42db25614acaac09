/**
 * A secret value that does not print itself: texts, JSON and inspection show where it came from.
 * Only {@link reveal} gives the value.
 */
export class Secret {
  /** Where the value came from, for example `env:KALSHI_API_KEY`. Never the value. */
  readonly origin: string;
  readonly #value: string;

  /** Holds `value`; `origin` is what may be shown. */
  constructor(value: string, origin: string) {
    this.#value = value;
    this.origin = origin;
  }

  /** The value itself: to be handed to what needs it, and kept nowhere else. */
  reveal(): string {
    return this.#value;
  }

  /** `Secret(origin)`. */
  toString(): string {
    return `Secret(${this.origin})`;
  }

  /** The same as {@link toString}, so that JSON never holds the value. */
  toJSON(): string {
    return this.toString();
  }
}
