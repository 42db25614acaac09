import { messageOf } from "@ssmd/core";

/** Who hears what the universe is. */
export interface UniverseHandlers {
  /** These are the markets now. */
  onMarkets(markets: Iterable<string>): void;
  /** They could not be told; those known last remain. */
  onTrouble(reason: string): void;
}

/** Asks for the markets to follow, now and then and on demand, one question at a time. */
export class UniverseWatch {
  readonly #ask: () => Iterable<string> | Promise<Iterable<string>>;
  readonly #everyMs: number;
  readonly #handlers: UniverseHandlers;
  #dueAt = -Infinity;
  #askedAt = 0;
  #question = 0;
  #asking: Promise<void> | undefined;

  /** `ask` may throw, reject and take long; a question without an answer is given up for the next. */
  constructor(
    ask: () => Iterable<string> | Promise<Iterable<string>>,
    everyMs: number,
    handlers: UniverseHandlers,
  ) {
    this.#ask = ask;
    this.#everyMs = everyMs;
    this.#handlers = handlers;
  }

  /** Lets time pass: asks when it is time. */
  pulse(now: number): void {
    if (now < this.#dueAt) return;
    if (this.#asking !== undefined) {
      const seconds = Math.round((now - this.#askedAt) / 1000);
      this.#handlers.onTrouble(`the markets to follow were not told in ${seconds} s`);
    }
    this.#start(now);
  }

  /** Asks at once, or after the question that is open; resolves when that is answered. */
  async refresh(now: number): Promise<void> {
    await this.#asking;
    await this.#start(now);
  }

  /** Wants no answers any more. */
  stop(): void {
    this.#question++;
    this.#dueAt = Infinity;
  }

  #start(now: number): Promise<void> {
    this.#askedAt = now;
    this.#dueAt = now + this.#everyMs;
    const asking = this.#answer(++this.#question).finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
    return this.#asking = asking;
  }

  async #answer(question: number): Promise<void> {
    try {
      const markets = await this.#ask();
      if (question === this.#question) this.#handlers.onMarkets(markets);
    } catch (error) {
      if (question !== this.#question) return;
      this.#handlers.onTrouble(`the markets to follow could not be told: ${messageOf(error)}`);
    }
  }
}
