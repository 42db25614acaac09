/** For each session our count of its last frame. */
export class LastSeqs {
  readonly #map: Map<string, number>;
  // Frames of one session mostly come in a row: a look-up for each would be the dearest part.
  #session = "";
  #seq = 0;

  /** Begins with `known`. */
  constructor(known: Iterable<readonly [string, number]> = []) {
    this.#map = new Map(known);
  }

  /** Notes that frame `seq` of `session` came. */
  note(session: string, seq: number): void {
    if (session !== this.#session) {
      this.#keep();
      this.#session = session;
    }
    this.#seq = seq;
  }

  /** The last frame of `session`; 0 before any. */
  of(session: string): number {
    return session === this.#session ? this.#seq : this.#map.get(session) ?? 0;
  }

  /** All of them; valid until the next change. */
  all(): ReadonlyMap<string, number> {
    this.#keep();
    return this.#map;
  }

  /** Forgets them. */
  clear(): void {
    this.#map.clear();
    this.#session = "";
  }

  #keep(): void {
    if (this.#session !== "") this.#map.set(this.#session, this.#seq);
  }
}
