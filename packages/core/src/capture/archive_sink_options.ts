import type { ArchiverOptions } from "../archive/archiver_options.ts";
import type { Decoder } from "../decoder.ts";

/** Options of `ArchiveSink`. */
export interface ArchiveSinkOptions
  extends Pick<ArchiverOptions, "rotateSeconds" | "rotateBytes" | "sync" | "sequence" | "clock"> {
  /**
   * Nothing is written while the disk has less than this many bytes left; what comes meanwhile waits
   * in the ring until that is full. Default 0. Does not count once the capture is being closed.
   */
  readonly minFreeBytes?: number;
  /** How many bytes the disk has left, `undefined` if unknown; never rejects. Default: unknown. */
  readonly freeBytes?: () => Promise<number | undefined>;
  /** Makes decoders to look at the frames with, for `FrameFigures`. Default: nobody looks. */
  readonly decoder?: () => Decoder;
  /**
   * Whether the thread may be blocked while there is nothing to do: in a worker of its own, never
   * where sockets or timers live. Default false.
   */
  readonly blocking?: boolean;
}
