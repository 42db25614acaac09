import type { ArchiveSinkOptions } from "./archive_sink_options.ts";
import { ArchiveSinkRun } from "./archive_sink_run.ts";
import type { StreamName } from "../archive/archive_names.ts";
import type { Sink, SinkHandlers } from "./sink.ts";
import type { ArchiveIo } from "../storage/storage.ts";

export type { ArchiveSinkOptions };

/**
 * Keeps what is captured in one stream of an archive. Records are written in batches; a stream that
 * held lines before goes on with a `restart` gap. When the machine refuses to write, the stream is
 * opened again, every 1 to 30 seconds, and an overflow gap says what could not be kept.
 */
export class ArchiveSink implements Sink {
  readonly #io: ArchiveIo;
  readonly #stream: StreamName;
  readonly #options: ArchiveSinkOptions;

  /** Nothing is opened before {@link run}. */
  constructor(io: ArchiveIo, stream: StreamName, options: ArchiveSinkOptions = {}) {
    this.#io = io;
    this.#stream = stream;
    this.#options = options;
  }

  /**
   * Takes records until the ring is closed and empty, then seals. Rejects with what
   * {@link Archiver.open} throws at the start, with `write_failed` when the machine refuses to the
   * very end, and for a record that no archive can hold.
   */
  run(ring: SharedArrayBuffer, handlers: SinkHandlers): Promise<void> {
    return new ArchiveSinkRun(this.#io, this.#stream, this.#options, ring, handlers).run();
  }
}
