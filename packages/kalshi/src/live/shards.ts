/** What changes on one connection. */
export interface ShardChange {
  /** Its number. */
  readonly connection: number;
  /** Markets that it follows from now on. */
  readonly add: readonly string[];
  /** Markets to give up; {@link Shards.released} is told when that is done. */
  readonly remove: readonly string[];
}

/** How markets are distributed. */
export interface ShardOptions {
  /** Markets that a connection takes at most. */
  readonly marketsPerConnection: number;
  /** Connections at most. */
  readonly maxConnections: number;
  /** Whether connection 0 is there without markets too. */
  readonly keepsFirst: boolean;
}

/** A new connection is filled up to this part: the rest is room for markets that come later. */
const FILL = 0.8;
/** Connections whose numbers of markets differ by more than this part of a full one are uneven. */
const UNEVEN = 0.5;
/** Markets that move at once. */
const MOST_MOVES = 500;

interface Shard {
  capacity: number;
  /** Markets on it, those that are leaving included. */
  load: number;
}

interface Home {
  readonly connection: number;
  leaving: boolean;
}

/**
 * Distributes markets over connections. A market that leaves a connection goes to another one only
 * after it was released by the first: followed twice, its deltas would count twice.
 */
export class Shards {
  readonly #options: ShardOptions;
  readonly #shards = new Map<number, Shard>();
  readonly #homes = new Map<string, Home>();
  readonly #waiting = new Set<string>();
  #wanted: ReadonlySet<string> = new Set();
  #moved = 0;

  /** Follows nothing yet. */
  constructor(options: ShardOptions) {
    this.#options = options;
    if (options.keepsFirst) this.#open();
  }

  /** The connections that are needed, by number. */
  connections(): number[] {
    return [...this.#shards.keys()];
  }

  /** Markets for which there is no room. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Markets that were moved to make connections even. */
  get moved(): number {
    return this.#moved;
  }

  /** From now on exactly `markets` are to be followed. */
  update(markets: ReadonlySet<string>): ShardChange[] {
    this.#wanted = markets;
    const removed = new Map<number, string[]>();
    for (const [market, home] of this.#homes) {
      if (!markets.has(market)) this.#leave(market, home, removed);
    }
    for (const market of this.#waiting) if (!markets.has(market)) this.#waiting.delete(market);
    const homeless = [...markets].filter((market) => !this.#homes.has(market));
    return changes(this.#place(homeless), removed);
  }

  /** `connection` receives nothing more of `markets`, which it was told to give up. */
  released(connection: number, markets: readonly string[]): ShardChange[] {
    const homeless: string[] = [];
    for (const market of markets) {
      const home = this.#homes.get(market);
      if (home?.connection !== connection || !home.leaving) continue;
      this.#homes.delete(market);
      this.#shards.get(connection)!.load--;
      if (this.#wanted.has(market)) homeless.push(market);
    }
    for (const market of this.#waiting) homeless.push(market);
    return changes(this.#place(homeless), new Map());
  }

  /** `connection` takes no more than `capacity` markets; `surplus` are too many. */
  full(connection: number, capacity: number, surplus: readonly string[]): ShardChange[] {
    const shard = this.#shards.get(connection);
    if (shard === undefined) return [];
    shard.capacity = Math.min(shard.capacity, capacity);
    const removed = new Map<number, string[]>();
    for (const market of surplus) {
      const home = this.#homes.get(market);
      if (home?.connection === connection) this.#leave(market, home, removed);
    }
    return changes(new Map(), removed);
  }

  /** Moves markets from the fullest connection to the emptiest if they are very uneven. */
  rebalance(): ShardChange[] {
    const byLoad = [...this.#shards].sort(([, a], [, b]) => a.load - b.load);
    const [least, most] = [byLoad[0], byLoad.at(-1)];
    if (least === undefined || most === undefined) return [];
    const difference = most[1].load - least[1].load;
    if (difference <= UNEVEN * this.#options.marketsPerConnection) return [];
    const room = Math.floor(
      Math.min(least[1].capacity - least[1].load, difference / 2, MOST_MOVES),
    );
    const removed = new Map<number, string[]>();
    let left = room;
    for (const [market, home] of this.#homes) {
      if (left <= 0) break;
      if (home.connection !== most[0] || home.leaving) continue;
      this.#leave(market, home, removed);
      this.#moved++;
      left--;
    }
    return changes(new Map(), removed);
  }

  /** Connections without a market, which can be closed: {@link closed}. */
  empty(): number[] {
    const { keepsFirst } = this.#options;
    return this.connections().filter((connection) =>
      this.#shards.get(connection)!.load === 0 && !(keepsFirst && connection === 0)
    );
  }

  /** `connection` was closed; false when it has got a market meanwhile and has to stay. */
  closed(connection: number): boolean {
    if (this.#shards.get(connection)?.load !== 0) return false;
    return this.#shards.delete(connection);
  }

  #leave(market: string, home: Home, removed: Map<number, string[]>): void {
    if (home.leaving) return;
    home.leaving = true;
    pushTo(removed, home.connection, market);
  }

  /** Connections that are there take markets up to their capacity, new ones less. */
  #place(markets: readonly string[]): Map<number, string[]> {
    const added = new Map<number, string[]>();
    const limits = new Map([...this.#shards].map(([number, { capacity }]) => [number, capacity]));
    this.#openFor(markets.length, limits);
    for (const market of markets) {
      const connection = this.#leastLoaded(limits);
      if (connection === undefined) {
        this.#waiting.add(market);
        continue;
      }
      this.#waiting.delete(market);
      this.#shards.get(connection)!.load++;
      this.#homes.set(market, { connection, leaving: false });
      pushTo(added, connection, market);
    }
    return added;
  }

  /** Opens as many connections as `count` more markets need, and notes how far to fill them. */
  #openFor(count: number, limits: Map<number, number>): void {
    const fill = Math.ceil(this.#options.marketsPerConnection * FILL);
    if ([...this.#shards.values()].every(({ load }) => load === 0)) {
      for (const [number, { capacity }] of this.#shards) {
        limits.set(number, Math.min(fill, capacity));
      }
    }
    let room = 0;
    for (const [number, limit] of limits) {
      room += Math.max(0, limit - this.#shards.get(number)!.load);
    }
    for (; room < count && this.#shards.size < this.#options.maxConnections; room += fill) {
      limits.set(this.#open(), fill);
    }
    // When there are no more connections to be had, those that are there are filled up.
    if (room >= count) return;
    for (const [number, { capacity }] of this.#shards) limits.set(number, capacity);
  }

  #open(): number {
    let number = 0;
    while (this.#shards.has(number)) number++;
    this.#shards.set(number, { capacity: this.#options.marketsPerConnection, load: 0 });
    return number;
  }

  #leastLoaded(limits: ReadonlyMap<number, number>): number | undefined {
    let best: number | undefined;
    let bestLoad = Infinity;
    for (const [connection, { load }] of this.#shards) {
      if (load >= bestLoad || load >= (limits.get(connection) ?? 0)) continue;
      best = connection;
      bestLoad = load;
    }
    return best;
  }
}

function pushTo(lists: Map<number, string[]>, connection: number, market: string): void {
  const list = lists.get(connection);
  if (list === undefined) lists.set(connection, [market]);
  else list.push(market);
}

function changes(
  added: ReadonlyMap<number, readonly string[]>,
  removed: ReadonlyMap<number, readonly string[]>,
): ShardChange[] {
  return [...new Set([...removed.keys(), ...added.keys()])].map((connection) => ({
    connection,
    add: added.get(connection) ?? [],
    remove: removed.get(connection) ?? [],
  }));
}
