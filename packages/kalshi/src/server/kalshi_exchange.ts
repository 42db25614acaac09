import type { EpochMicros } from "@ssmd/core";
import { CandleHistory } from "./candle_history.ts";
import type { SubscriptionFacts } from "./client_connection.ts";
import { ClientList } from "./client_list.ts";
import type { ExchangeLadders } from "./exchange_book.ts";
import type { ExchangeCounts } from "./exchange_counts.ts";
import {
  type ExchangeSettings,
  type KalshiExchangeOptions,
  settingsOf,
} from "./exchange_options.ts";
import type { ExchangeEvent } from "./exchange_event.ts";
import type { ExchangeSource } from "./exchange_source.ts";
import { FanOut } from "./fan_out.ts";
import { FaultInjector } from "./fault_injector.ts";
import { KeyRing } from "./handshake.ts";
import { HttpFront, WEB_SOCKET_PATH } from "./http_front.ts";
import { HttpListener } from "./http_listener.ts";
import type { Injection } from "./injection.ts";
import { MarketBoard } from "./market_board.ts";
import { MarketFeed } from "./market_feed.ts";
import { MarketLookup } from "./market_lookup.ts";
import { Pacer } from "./pacer.ts";
import { RecentTrades } from "./recent_trades.ts";
import { RequestRate } from "./request_rate.ts";
import { API_ROOT, RestApi } from "./rest_api.ts";
import { WIRE_FORMS } from "./wire_forms.ts";

/**
 * An exchange on a port of this machine that speaks Kalshi's REST and WebSocket protocol and plays a
 * source. Whoever starts it closes it.
 */
export class KalshiExchange {
  readonly #settings: ExchangeSettings;
  readonly #source: ExchangeSource;
  readonly #board = new MarketBoard();
  readonly #trades: RecentTrades;
  readonly #candles = new CandleHistory();
  readonly #faults: FaultInjector;
  readonly #clients: ClientList;
  readonly #front: HttpFront;
  readonly #pacer: Pacer;
  #listener: HttpListener | undefined;
  #waiting: boolean;
  #closing: Promise<void> | undefined;

  private constructor(source: ExchangeSource, settings: ExchangeSettings) {
    const { clock, keys, speed } = settings;
    this.#source = source;
    this.#settings = settings;
    this.#waiting = settings.waitForClient > 0;
    this.#trades = new RecentTrades(settings.tradesKept);
    this.#faults = new FaultInjector(settings.faults);
    const fanOut = new FanOut();
    const feed = new MarketFeed(
      this.#board,
      this.#trades,
      this.#candles,
      fanOut,
      WIRE_FORMS[settings.wire],
    );
    this.#clients = new ClientList(settings, {
      fanOut,
      feed,
      markets: new MarketLookup(this.#board, source.catalog, () => this.now()),
      faults: this.#faults,
      commanded: () => this.#stopWaiting(),
    });
    const rest = new RestApi(source.catalog, this.#board, this.#trades, this.#candles);
    this.#front = new HttpFront(
      {
        answer: (url) => rest.answer(url, this.now(), !this.#pacer.paused),
        accept: (...handshake) => this.#clients.accept(...handshake),
      },
      new KeyRing({
        ...keys === undefined ? {} : { keys },
        allowUnsigned: settings.allowUnsigned,
        windowMs: settings.timestampWindowMs,
      }),
      clock,
      this.#faults,
      new RequestRate(settings.requestsPerSecond, clock),
    );
    const port = {
      emit: (event: ExchangeEvent) => feed.take(event),
      settle: () => this.#clients.settle(),
    };
    this.#pacer = new Pacer(source, speed, clock, port, this.#waiting);
  }

  /**
   * Listens and plays `source`, which it closes in the end. Throws `SsmdError` `invalid_input` for a
   * port that cannot be had or a key that is none, `RangeError` for an option out of its range.
   */
  static async start(
    source: ExchangeSource,
    options: KalshiExchangeOptions = {},
  ): Promise<KalshiExchange> {
    const exchange = new KalshiExchange(source, settingsOf(options));
    const { host, port } = exchange.#settings;
    try {
      exchange.#listener = await HttpListener.open(host, port, exchange.#front);
    } catch (error) {
      await exchange.close();
      throw error;
    }
    return exchange;
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#listener?.port ?? 0;
  }

  /** What REST paths are added to: `http://127.0.0.1:…/trade-api/v2`. */
  get restUrl(): string {
    return `http://${this.#address}${API_ROOT}`;
  }

  /** Where WebSockets connect: `ws://127.0.0.1:…/trade-api/ws/v2`. */
  get webSocketUrl(): string {
    return `ws://${this.#address}${WEB_SOCKET_PATH}`;
  }

  /**
   * Resolves when the source is played to its end and everything is sent, and on close. Rejects when
   * the source fails or tells something impossible; the exchange then stands still but stays.
   */
  get ended(): Promise<void> {
    return this.#pacer.ended;
  }

  /** The faults that happened, in order; it grows while the exchange runs. */
  get injected(): readonly Injection[] {
    return this.#faults.injected;
  }

  /** What was counted. */
  get counts(): ExchangeCounts {
    const { requests, handshakes, refused } = this.#front;
    return { requests, handshakes, refused, ...this.#clients.counts() };
  }

  /** The exchange's time. */
  now(): EpochMicros {
    return this.#pacer.now();
  }

  /** Lets the exchange's time stand still; clients stay, are pinged and answered. */
  pause(): void {
    this.#pacer.pause();
  }

  /** Lets time run again, also when it still waits for clients. */
  resume(): void {
    this.#waiting = false;
    this.#pacer.resume();
  }

  /**
   * Lets everything up to and including `time` happen and be sent; for the speed `manual`. Throws
   * `RangeError` for a time in the past, `SsmdError` `invalid_input` at another speed.
   */
  advanceTo(time: EpochMicros): Promise<void> {
    return this.#pacer.advanceTo(time);
  }

  /**
   * Goes to another time of the source. Its books replace ours; those that do not exist there are
   * forgotten without a word to clients, and so are trades. Throws `SsmdError` `invalid_input` when
   * the source cannot do it.
   */
  async seek(time: EpochMicros): Promise<void> {
    await this.#pacer.seek(time, () => {
      this.#board.clear();
      this.#trades.clear();
      this.#candles.clear();
    });
  }

  /** The book of `ticker` as it is now; `undefined` for a market without one. */
  book(ticker: string): ExchangeLadders | undefined {
    return this.#board.find(ticker)?.book?.ladders();
  }

  /** {@link KalshiExchange.book} in the words of `OrderBook.canonicalText`, for comparison. */
  bookText(ticker: string): string | undefined {
    return this.#board.find(ticker)?.book?.canonicalText();
  }

  /**
   * What `connection`, by its handshake's number, subscribed to and got. `undefined` for one that was
   * refused, or that is closed when 100 others closed after it.
   */
  subscriptions(connection: number): SubscriptionFacts[] | undefined {
    return this.#clients.find(connection)?.facts();
  }

  /** Frames that went out to `connection` for `sid`; 0 for what {@link subscriptions} does not know. */
  framesSent(connection: number, sid: number): number {
    return this.#clients.find(connection)?.framesSent(sid) ?? 0;
  }

  /** The numbers of the connections that are open. */
  connections(): number[] {
    return this.#clients.open();
  }

  /**
   * Ends a subscription as the exchange does on its own account: with error 10, a failure of the
   * channel, or 25, too slow a reader. False when there is none.
   */
  endSubscription(connection: number, sid: number, code: 10 | 25): boolean {
    const client = this.#clients.find(connection);
    const ended = client?.endSubscription(sid, code) ?? false;
    client?.flush();
    return ended;
  }

  /** Ends all misbehaviour that connections show from now on; what waits to be reordered is sent. */
  stopFaults(): void {
    this.#faults.stop();
    this.#clients.stopFaults();
  }

  /** Ends all WebSockets: with a close frame of `code`, or at once. */
  dropConnections(code?: number): void {
    this.#clients.drop(code);
  }

  /** Accepts no connections until {@link KalshiExchange.listen}; WebSockets stay. */
  stopListening(): void {
    this.#listener?.stop();
  }

  /** Listens again on the same port; throws as {@link KalshiExchange.start} does. */
  async listen(): Promise<void> {
    if (this.#closing === undefined) await this.#listener?.listen();
  }

  /** Ends all connections, the source and every timer; twice is safe. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#pacer.stop();
    this.#clients.close();
    await this.#listener?.close();
    await this.#source.close();
  }

  get #address(): string {
    const { host } = this.#settings;
    return `${host.includes(":") ? `[${host}]` : host}:${this.port}`;
  }

  #stopWaiting(): void {
    if (!this.#waiting) return;
    if (this.#clients.subscriptions() >= this.#settings.waitForClient) this.resume();
  }
}
