import {
  BookSet,
  type ConnectorHandlers,
  type ConnectorStatus,
  type Delivery,
  EventBatch,
  type Gap,
  type OrderBook,
  type RawMessage,
  type SentMessage,
  SymbolTable,
} from "@ssmd/core";
import { KalshiDecoder } from "../decoder.ts";
import type { KalshiConnectorOptions } from "./connector_options.ts";
import { KalshiConnector } from "./kalshi_connector.ts";

type Kept =
  | { readonly kind: "frame"; readonly record: RawMessage; readonly text: string }
  | { readonly kind: "gap"; readonly record: Gap }
  | { readonly kind: "sent"; readonly record: SentMessage; readonly text: string };

/** Runs a connector, keeps all that it hands over, and builds books from nothing else. */
export class RecordedCapture implements ConnectorHandlers {
  readonly connector: KalshiConnector;
  readonly kept: Kept[] = [];
  readonly statuses: ConnectorStatus[] = [];
  readonly decoder: KalshiDecoder;
  readonly books: BookSet;
  /** What becomes of the next records. */
  delivery: Delivery = "kept";
  /** Records that were dropped. */
  dropped = 0;
  readonly #batch: EventBatch;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #utf8 = new TextDecoder();

  constructor(options: KalshiConnectorOptions) {
    const symbols = new SymbolTable();
    this.decoder = new KalshiDecoder({ symbols });
    this.books = new BookSet(symbols);
    this.#batch = new EventBatch(symbols);
    this.connector = new KalshiConnector({
      pulseMs: 5,
      backoff: { firstMs: 4, maxMs: 50 },
      ...options,
    });
    this.#running = this.connector.run(this, { signal: this.#stop.signal });
  }

  onRecord(record: RawMessage | Gap | SentMessage): Delivery {
    if (this.delivery === "dropped") {
      this.dropped++;
      return "dropped";
    }
    const batch = this.#batch;
    batch.clear();
    if ("reason" in record) {
      this.kept.push({ kind: "gap", record });
      batch.pushGap(record);
    } else {
      const data = record.data.slice();
      const text = this.#utf8.decode(data);
      if ("tsSent" in record) this.kept.push({ kind: "sent", record: { ...record, data }, text });
      else {
        this.kept.push({ kind: "frame", record: { ...record, data }, text });
        const session = { id: record.session, exact: true };
        this.decoder.decode(data, 0, data.length, session, record.tsRecv, batch);
      }
    }
    this.books.applyAll(batch);
    return "kept";
  }

  onStatus(status: ConnectorStatus): void {
    this.statuses.push(status);
  }

  gaps(): Gap[] {
    return this.kept.flatMap((kept) => kept.kind === "gap" ? [kept.record] : []);
  }

  frames(): RawMessage[] {
    return this.kept.flatMap((kept) => kept.kind === "frame" ? [kept.record] : []);
  }

  /** The commands that were sent. */
  commands(): { readonly cmd: string; readonly params: Readonly<Record<string, unknown>> }[] {
    return this.kept.flatMap((kept) => kept.kind === "sent" ? [JSON.parse(kept.text)] : []);
  }

  /** The sessions that were opened, in order. */
  sessions(): string[] {
    return this.of("connected").map(({ session }) => session!);
  }

  of(type: ConnectorStatus["type"]): ConnectorStatus[] {
    return this.statuses.filter((status) => status.type === type);
  }

  /** The book of `ticker` if it can be trusted. */
  book(ticker: string): OrderBook | undefined {
    const book = this.books.find(ticker);
    return book?.stale === false ? book : undefined;
  }

  /** Resolves when `condition` holds; rejects with `what` after 20 s. */
  async until(condition: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + 20_000;
    while (!condition()) {
      if (performance.now() > deadline) {
        throw new Error(`Waited in vain until ${what}\n${this.story()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** What happened, for a failure's message. */
  story(): string {
    const first = this.statuses[0]?.at ?? 0;
    const lines = this.statuses.slice(-40).map(({ at, ...status }) =>
      `${((at - first) / 1000).toFixed(1)} ${JSON.stringify(status).slice(0, 300)}`
    );
    return [...lines, JSON.stringify(this.connector.health())].join("\n");
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
