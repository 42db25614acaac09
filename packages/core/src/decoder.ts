import type { EpochMicros } from "./clock.ts";
import type { EventBatch } from "./events/event_batch.ts";
import type { SymbolTable } from "./events/symbol_table.ts";

/** Where a frame came from, as far as the exchange's sequence numbers are concerned. */
export interface FrameSession {
  /** Names one connection's life; unique within the stream. */
  readonly id: string;
  /**
   * Whether the recorder vouches that this is exactly one connection's life. Then a sequence number
   * that is not higher than the last of its subscription is a duplicate or came late, and is not
   * applied. Without that (bare recordings) a lower one means that the connection was restarted.
   */
  readonly exact: boolean;
}

/** What a {@link Decoder} met; every frame is counted once in `frames`. */
export interface DecodeCounts {
  /** Frames handed in. */
  readonly frames: number;
  /** Frames that are not a JSON object. */
  readonly malformed: number;
  /** Frames whose sequence number had been seen; their rows say `other`. */
  readonly duplicates: number;
  /** Frames by `type`, unknown types included. */
  readonly types: ReadonlyMap<string, number>;
  /** Frames of each type that the decoder does not know. */
  readonly unknownTypes: ReadonlyMap<string, number>;
  /** Fields (`type.field`) that the decoder does not know, by number of frames. */
  readonly unknownFields: ReadonlyMap<string, number>;
  /** Fields (`type.field`) whose value could not be used, by number of frames. */
  readonly invalidFields: ReadonlyMap<string, number>;
}

/** Turns the frames of one exchange into rows. Not shared between streams of different feeds. */
export interface Decoder {
  /** Names the markets of the rows. */
  readonly symbols: SymbolTable;
  /** What was met so far; a live view. */
  readonly counts: DecodeCounts;
  /**
   * What {@link exchangeTime} says of the frame `data[start, end)`, for decoders that find it on the way:
   * it is called right before {@link decode} for a frame without a receive time.
   */
  exchangeTime?(data: Uint8Array, start: number, end: number): EpochMicros;
  /**
   * Appends the rows of the frame `data[start, end)` to `into`: at least one, the last of them
   * marked. Never throws for the frame's content: what cannot be read is counted.
   */
  decode(
    data: Uint8Array,
    start: number,
    end: number,
    session: FrameSession,
    tsRecv: EpochMicros,
    into: EventBatch,
  ): void;
}

/**
 * What the frames of one file did to a decoder, as JSON data: enough to go on behind the file without
 * decoding it, for a decoder of the same {@link CacheableDecoder.version}.
 */
export interface DecodedPart {
  /** Whether the rows are those of a decoder that remembered nothing of the file's sessions. */
  readonly isIndependent: boolean;
  /** The decoder's own account. */
  readonly account: unknown;
}

/** A decoder for the frames of one file, made by {@link CacheableDecoder.branch}. */
export interface DecoderBranch extends Decoder {
  /** What was decoded so far; `undefined` when JSON cannot say it: then the rows must not be kept. */
  part(): DecodedPart | undefined;
}

/**
 * A decoder whose rows can be kept, per file, in a {@link ReplayCache}. It may intern only markets that
 * it gives rows to, at the latest with the row, so that ids come out the same from kept rows.
 */
export interface CacheableDecoder extends Decoder {
  /**
   * Names the rules by which it makes rows, details and counts. It must change with them: any change
   * that gives one frame another row, detail, count or sequence judgement needs a new version.
   */
  readonly version: string;
  /**
   * What it remembers of the sessions whose ids `isWanted`, as text: `""` for nothing. Decoders with
   * the same text treat the frames of these sessions alike.
   */
  memory(isWanted: (session: string) => boolean): string;
  /** A decoder that remembers what `memory` says, with symbols and counts of its own. */
  branch(memory: string): DecoderBranch;
  /** Whether an independent part is what it would give, too, with what it remembers now. */
  accepts(part: DecodedPart): boolean;
  /** Remembers and counts what the part says, as if its frames had been decoded here. */
  join(part: DecodedPart): void;
}

/** Whether the rows of `decoder` can be kept. */
export function isCacheable(decoder: Decoder): decoder is CacheableDecoder {
  return "version" in decoder && "branch" in decoder;
}
