/** A way in which the exchange misbehaves. */
export type FaultName =
  /** A numbered frame is swallowed; its number counts as used. */
  | "sequence_gap"
  /** A numbered frame is sent twice. */
  | "duplicate"
  /** A numbered frame changes places with the next one of its subscription. */
  | "reorder"
  /** Half of a frame is sent, then the connection ends. */
  | "cut_mid_frame"
  /** Nothing is sent and nothing is answered any more; the socket stays open. */
  | "half_open"
  /** The subscription ends with error 25, as if its client read too slowly. */
  | "slow_reader"
  /** A WebSocket handshake is answered with an error, or with bytes that are not HTTP. */
  | "refuse_handshake"
  /** A REST request is answered with 429. */
  | "http_429"
  /** A subscription's numbers begin again at 1. */
  | "seq_restart"
  /** A frame of a type that nobody knows comes first, with a number of its own. */
  | "unknown_type"
  /** A field of a frame's `msg` has another name. */
  | "renamed_field"
  /** A field of a frame's `msg` is a number instead of a text, or the other way round. */
  | "retyped_field"
  /** The exchange's clock is wrong in a frame's times, or in a Date header and the handshake's check. */
  | "clock_skew";

/** When a fault happens: exactly one of `probability`, `every` and `at`. */
export interface FaultRule {
  /** What happens. */
  readonly fault: FaultName;
  /**
   * Only frames of this channel. Absent: every channel, for `clock_skew` also handshakes and REST.
   * Not for faults of handshakes and of REST.
   */
  readonly channel?: string;
  /** Only on this connection, counted in handshakes from 1. Not for `http_429`. */
  readonly connection?: number;
  /** With this chance, 0 to 1, each time it could happen. */
  readonly probability?: number;
  /** Each time it could happen for the n-th, 2n-th, … time. */
  readonly every?: number;
  /** When it could happen for these times, from 1. */
  readonly at?: readonly number[];
  /** At most this often; absent means without limit. */
  readonly max?: number;
  /** `refuse_handshake`: the answer's status; default 503. */
  readonly status?: HandshakeRefusal;
  /** `renamed_field`, `retyped_field`: which field of `msg`; absent means any, by chance. */
  readonly field?: string;
  /** `clock_skew`: how far the exchange's clock is ahead; negative for behind. Default 60. */
  readonly seconds?: number;
}

/** How a handshake is refused: an HTTP status, or `garbage` for an answer that is not HTTP. */
export type HandshakeRefusal = 401 | 403 | 429 | 500 | 503 | "garbage";

/**
 * Which faults happen when. Chance depends on the seed, the rule's place and the connection's number
 * alone, and on each connection a rule counts that connection's own frames; so what other
 * connections do changes nothing. `max` counts over all connections. Where several rules meet, the
 * first one happens.
 */
export interface FaultPlan {
  /** Chooses what chance decides; a whole number from 0 to 2^32 − 1. */
  readonly seed: number;
  /** The rules, the most important first. */
  readonly rules: readonly FaultRule[];
}

/** What a fault happens to. */
export type FaultScope = "numbered" | "data" | "any" | "handshake" | "request";

/**
 * What each fault can happen to: `numbered` data frames that another numbered frame of their
 * subscription preceded (only then can anyone notice), `data` frames, `any` frame, a handshake, a
 * REST request.
 */
export const FAULT_SCOPES: ReadonlyMap<FaultName, FaultScope> = new Map<FaultName, FaultScope>([
  ["sequence_gap", "numbered"],
  ["duplicate", "numbered"],
  ["reorder", "numbered"],
  ["seq_restart", "numbered"],
  ["slow_reader", "data"],
  ["unknown_type", "data"],
  ["renamed_field", "data"],
  ["retyped_field", "data"],
  ["clock_skew", "data"],
  ["cut_mid_frame", "any"],
  ["half_open", "any"],
  ["refuse_handshake", "handshake"],
  ["http_429", "request"],
]);

/** What may happen to a reply. */
export const REPLY: readonly FaultScope[] = ["any"];
/** What may happen to a data frame that has no number, or is the first of its subscription. */
export const DATA: readonly FaultScope[] = ["data", "any"];
/** What may happen to a data frame that another numbered frame preceded. */
export const NUMBERED: readonly FaultScope[] = ["numbered", "data", "any"];

/** How far a wrong clock is ahead when its rule does not say. */
export const DEFAULT_SKEW_SECONDS = 60;
