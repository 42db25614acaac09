import {
  type EpochMicros,
  NO_MARKET,
  type SequenceCheck,
  type SequenceVerdict,
  SymbolTable,
} from "@ssmd/core";
import { isTicker } from "./ticker.ts";
import { readDecimal } from "./wire/decimal.ts";
import { INTEGER } from "./wire/field_rule.ts";
import { Frame } from "./wire/frame.ts";
import { FrameReader } from "./wire/frame_reader.ts";
import { FrameScanner } from "./wire/frame_scanner.ts";
import { UNKNOWN_TYPE } from "./wire/frame_types.ts";
import { isObject, type JsonObject } from "./wire/json_object.ts";
import { type Subscription, Subscriptions } from "./wire/subscriptions.ts";

/** How a {@link KalshiSequence} works. */
export interface KalshiSequenceOptions {
  /**
   * What a lower number than the last means: in a tape that the recorder's connection was restarted,
   * so that counting goes on from there; on a live connection that the frame came late.
   */
  readonly onLower: "restart" | "late";
  /** Whether frequent frames are scanned as bytes; default true. Without: the same, slower. */
  readonly scanner?: boolean;
}

/** Replies that say which markets a subscription has. */
const REPLIES: ReadonlySet<string> = new Set(["ok", "subscribed", "unsubscribed"]);
const NONE: SequenceVerdict = { kind: "none" };
const NEXT: SequenceVerdict = { kind: "next" };

/**
 * Follows Kalshi's `seq`, which counts the frames of one subscription (`sid`) of one connection over
 * all its markets, control replies included. A hole concerns every market of the subscription: which
 * of them lost a frame cannot be known.
 */
export class KalshiSequence implements SequenceCheck {
  readonly #restarts: boolean;
  readonly #symbols = new SymbolTable();
  readonly #frame = new Frame(UNKNOWN_TYPE);
  readonly #reader = new FrameReader();
  readonly #scanner: FrameScanner | undefined;
  readonly #subscriptions = new Subscriptions();

  /** Knows no session yet. */
  constructor(options: KalshiSequenceOptions) {
    this.#restarts = options.onLower === "restart";
    this.#scanner = options.scanner === false ? undefined : new FrameScanner(this.#symbols);
  }

  /** Judges the frame `data[start, end)` by the frames before it, then remembers it. */
  observe(
    session: string,
    data: Uint8Array,
    start: number,
    end: number,
    tsRecv: EpochMicros,
  ): SequenceVerdict {
    const frame = this.#frame;
    if (
      !this.#scanner?.scan(data, start, end, frame) && !this.#reader.read(data, start, end, frame)
    ) return NONE;
    if (!frame.counted) {
      if (REPLIES.has(frame.typeName)) this.#rememberUncounted(session);
      return NONE;
    }
    const subscription = this.#subscriptions.of(session, frame.sid);
    subscription.carry(frame.type);
    const verdict = this.#judge(subscription, frame.sid, frame.seq);
    subscription.lastRecv = tsRecv;
    this.#remember(subscription);
    return verdict;
  }

  /** Forgets a session that has ended. */
  forget(session: string): void {
    this.#subscriptions.forget(session);
  }

  #judge(subscription: Subscription, sid: number, seq: number): SequenceVerdict {
    const last = subscription.last;
    if (seq === last) return { kind: "duplicate", sid, seq };
    if (seq < last) {
      const markets = this.#names(subscription);
      if (this.#restarts) {
        subscription.last = seq;
        subscription.reset();
      }
      const { books, lastRecv: lastReceivedAt } = subscription;
      return { kind: "lower", sid, seq, last, lastReceivedAt, markets, books };
    }
    subscription.last = seq;
    if (seq === last + 1 || Number.isNaN(last)) return NEXT;
    const markets = this.#names(subscription);
    const missing = seq - last - 1;
    const { books } = subscription;
    return { kind: "gap", sid, from: last + 1, to: seq - 1, missing, markets, books };
  }

  #names(subscription: Subscription): string[] {
    return Array.from(subscription.markets, (market) => this.#symbols.name(market));
  }

  /** A reply without `seq`; `subscribed` names its subscription inside. */
  #rememberUncounted(session: string): void {
    const { json, sid } = this.#frame;
    const msg = json?.["msg"];
    const inner = Number.isNaN(sid) && isObject(msg) ? readDecimal(msg["sid"], INTEGER) : sid;
    if (inner >= 0) this.#remember(this.#subscriptions.of(session, inner));
  }

  #remember(subscription: Subscription): void {
    const { json, typeName } = this.#frame;
    if (json === undefined || !REPLIES.has(typeName)) {
      const market = this.#frame.market(this.#symbols);
      if (market !== NO_MARKET) subscription.see(market);
    } else if (typeName === "unsubscribed") subscription.reset();
    else {
      const listed = listedMarkets(json);
      if (listed !== undefined) {
        subscription.reset(listed.map((name) => this.#symbols.intern(name)));
      }
    }
  }
}

/** The tickers in a reply: all that the subscription has from now on. */
function listedMarkets(json: JsonObject): string[] | undefined {
  const msg = json["msg"];
  const list = (isObject(msg) ? msg["market_tickers"] : undefined) ?? json["market_tickers"];
  if (!Array.isArray(list)) return undefined;
  return list.filter((name: unknown): name is string => typeof name === "string" && isTicker(name));
}
