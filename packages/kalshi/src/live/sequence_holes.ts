/** Holes remembered of each subscription. */
const MOST_HOLES = 64;

interface Holes {
  readonly from: number[];
  readonly to: number[];
}

/**
 * Remembers which numbers of each subscription are missing. A frame that fills a hole came late; one
 * with another low number means that the numbers began anew.
 */
export class SequenceHoles {
  readonly #bySid = new Map<number, Holes>();

  /** The numbers `from … to` of subscription `sid` are missing. */
  add(sid: number, from: number, to: number): void {
    let holes = this.#bySid.get(sid);
    if (holes === undefined) this.#bySid.set(sid, holes = { from: [], to: [] });
    holes.from.push(from);
    holes.to.push(to);
    if (holes.from.length > MOST_HOLES) {
      holes.from.shift();
      holes.to.shift();
    }
  }

  /** Whether number `seq` of subscription `sid` is missing. */
  has(sid: number, seq: number): boolean {
    const holes = this.#bySid.get(sid);
    return holes?.from.some((from, i) => from <= seq && seq <= holes.to[i]!) ?? false;
  }
}
