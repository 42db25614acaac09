import type { EpochMicros } from "@ssmd/core";
import type { ExchangeEvent } from "./exchange_event.ts";
import type { CatalogObject, ExchangeCatalog, ExchangeSource } from "./exchange_source.ts";

/** The REST objects of a {@link ScriptedSource}; absent means none. They stand for every time. */
export interface ScriptedObjects {
  /** Market objects, the newest first. */
  readonly markets?: readonly CatalogObject[];
  /** Event objects. */
  readonly events?: readonly CatalogObject[];
  /** Series objects. */
  readonly series?: readonly CatalogObject[];
  /** Changes of series fees. */
  readonly feeChanges?: readonly CatalogObject[];
}

/** A source whose events somebody hands in, one by one or at once: for tests. */
export class ScriptedSource implements ExchangeSource {
  /** The exchange's time when it begins. */
  readonly start: EpochMicros;
  /** The objects it was given last. */
  readonly catalog: ExchangeCatalog;
  #objects: ScriptedObjects;
  #events: ExchangeEvent[] = [];
  #latest: EpochMicros;
  #over = false;
  #asked: ((events: readonly ExchangeEvent[] | undefined) => void) | undefined;

  /** Begins at `start` with nothing to happen. */
  constructor(start: EpochMicros, objects: ScriptedObjects = {}) {
    this.start = start;
    this.#latest = start;
    this.#objects = objects;
    this.catalog = {
      markets: () => this.#objects.markets ?? [],
      events: () => this.#objects.events ?? [],
      series: () => this.#objects.series ?? [],
      feeChanges: () => this.#objects.feeChanges ?? [],
    };
  }

  /** Whether all events have been taken and more may come. */
  get waiting(): boolean {
    return this.#events.length === 0 && !this.#over;
  }

  /** Replaces what REST answers. */
  setObjects(objects: ScriptedObjects): void {
    this.#objects = objects;
  }

  /** Adds events. Throws `RangeError` for one that is earlier than one before it, or after the end. */
  push(...events: readonly ExchangeEvent[]): void {
    if (this.#over) throw new RangeError("Cannot add events: the script has ended");
    for (const event of events) {
      if (!(event.time >= this.#latest)) {
        throw new RangeError(
          `Cannot add an event of ${event.time}: one of ${this.#latest} precedes`,
        );
      }
      this.#latest = event.time;
      this.#events.push(event);
    }
    this.#answer();
  }

  /** Nothing follows any more. */
  end(): void {
    this.#over = true;
    this.#answer();
  }

  /** What was handed in since, or a promise of it. */
  next(): readonly ExchangeEvent[] | undefined | Promise<readonly ExchangeEvent[] | undefined> {
    if (this.waiting) return new Promise((resolve) => this.#asked = resolve);
    return this.#take();
  }

  /** Ends the script. */
  close(): Promise<void> {
    this.end();
    return Promise.resolve();
  }

  #take(): readonly ExchangeEvent[] | undefined {
    const events = this.#events;
    this.#events = [];
    return events.length === 0 ? undefined : events;
  }

  #answer(): void {
    if (this.waiting || this.#asked === undefined) return;
    const asked = this.#asked;
    this.#asked = undefined;
    asked(this.#take());
  }
}
