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
