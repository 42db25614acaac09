/**
 * How the records of a capture lie in its ring buffer. Every ring record begins with three numbers
 * of 8 bytes, then comes its body:
 *
 * ```text
 *   ┌────────────────────────┬─────────────┬────────────┬──────────────────────────────┐
 *   │ kind × 2³² + session   │ seq         │ time       │ body                         │
 *   ├────────────────────────┼─────────────┼────────────┼──────────────────────────────┤
 *   │ 0  session's name      │ 0           │ 0          │ its name in UTF-8            │
 *   │ 1  frame               │ our count   │ tsRecv     │ the frame's bytes            │
 *   │ 2  message sent        │ 0           │ tsSent     │ the message's bytes          │
 *   │ 3  gap (session is 0)  │ 0           │ 0          │ the whole gap as JSON        │
 *   └────────────────────────┴─────────────┴────────────┴──────────────────────────────┘
 * ```
 *
 * A session is a small number; a record that gives the number its name comes before the first one
 * that uses it. Numbers are given away again in turn, so that sessions do not pile up over months on
 * either side. The feed is the same for a whole ring and is not written.
 * @module
 */
import type { Gap } from "../gap.ts";
import type { RawMessage } from "../raw_message.ts";
import type { SentMessage } from "../sent_message.ts";

/** What a connector hands over: a frame, a gap, or what was said to the exchange. */
export type CaptureRecord = RawMessage | Gap | SentMessage;

/** A record that gives a session's number a name. */
export const NAME_KIND = 0;
/** A frame. */
export const FRAME_KIND = 1;
/** A message that we sent. */
export const SENT_KIND = 2;
/** A gap. */
export const GAP_KIND = 3;

/** What a kind is multiplied by, to leave room for the session's number. */
export const KIND_UNIT: number = 2 ** 32;
/** Numbers at the beginning of every record. */
export const HEAD_NUMBERS = 3;
/** The bytes they take. */
export const HEAD_BYTES: number = HEAD_NUMBERS * 8;
/** How many sessions have a number at a time; far more than a capture has connections. */
export const SESSION_NUMBERS = 256;
