/** What a recorded source met so far and could not play as it was recorded. */
export interface RecordedCounts {
  /** Frames read. */
  readonly frames: number;
  /** Gap lines and holes found on the way; each leaves books unknown until their next snapshot. */
  readonly gaps: number;
  /** Frames whose sequence number had come before; not played. */
  readonly duplicates: number;
  /** Book changes left out because the recording did not know the book at that moment. */
  readonly unknownBook: number;
  /** Book changes left out because another stream of the archive has the market's book. */
  readonly otherStream: number;
  /** Frames that cannot become an event: no JSON, no market, no price, no `msg`. */
  readonly unplayable: number;
  /** Files of which a part could not be read. */
  readonly damagedFiles: number;
}
