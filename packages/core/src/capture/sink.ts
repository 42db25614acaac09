import type { ArchiveEvent } from "../archive/archive_event.ts";
import type { EpochMicros } from "../clock.ts";

/** The consuming end of a capture: takes records out of the ring and keeps them. */
export interface Sink {
  /**
   * Opens what it writes to and then takes records out of `ring` (a `RingBuffer` of capture records)
   * until the ring is closed and empty, then finishes and closes everything it opened. Trouble with
   * the disk does not end it: it is reported, retried and recorded as a gap. Rejects for what cannot
   * be mended while running: at the start for a locked stream, a bad name or an unusable folder.
   * To be called once.
   */
  run(ring: SharedArrayBuffer, handlers: SinkHandlers): Promise<void>;
}

/** Who hears what a {@link Sink} does. */
export interface SinkHandlers {
  /** The stream is open and in order; records are taken from now on. */
  onReady(): void;
  /** All frames of `session` up to `seq` survive a crash; called after each sync that adds some. */
  onDurable(durable: Durable): void;
  /** A file was sealed, something was recovered. */
  onArchiveEvent(event: ArchiveEvent): void;
  /** How it is; about once a second, when something changes, and at the end. */
  onState(state: SinkState): void;
}

/** How far a session's frames are safe. */
export interface Durable {
  /** One connection's life. */
  readonly session: string;
  /** Our own count of its last frame on disk. */
  readonly seq: number;
}

/** How a sink is; counts are since its start. */
export interface SinkState {
  /** Whether records are being kept; false while the disk refuses or is too full. */
  readonly writing: boolean;
  /** Why not, in words. */
  readonly problem?: string;
  /** Records kept. */
  readonly records: number;
  /** Frames that were taken and could not be kept; a gap stands for them. */
  readonly lost: number;
  /** Gap records kept, by reason. */
  readonly gaps: Readonly<Record<string, number>>;
  /** The open file, relative to the archive's root. */
  readonly openFile?: string;
  /** Its size in bytes. */
  readonly openBytes?: number;
  /** When lines were last forced to disk. */
  readonly lastSyncAt?: EpochMicros;
  /** Bytes left on the disk, when the system says. */
  readonly freeBytes?: number;
  /** Files being sealed or waiting for it. */
  readonly sealing: number;
  /** What the frames look like, when the sink decodes them. */
  readonly frames?: FrameFigures;
}

/** Figures of the decoded frames. */
export interface FrameFigures {
  /** Frames that are not a JSON object. */
  readonly malformed: number;
  /** Frames of types that the decoder does not know, by type. */
  readonly unknownTypes: Readonly<Record<string, number>>;
  /** Fields that the decoder does not know, by `type.field`. */
  readonly unknownFields: Readonly<Record<string, number>>;
  /** Fields whose value was unusable, by `type.field`. */
  readonly invalidFields: Readonly<Record<string, number>>;
  /** Median of receive time − exchange's time since the last state, in microseconds; absent without frames that have one. */
  readonly ageP50Micros?: number;
  /** 99th percentile of the same. */
  readonly ageP99Micros?: number;
}
