import type {
  ArchiveEvent,
  ArchiveSinkOptions,
  Durable,
  SinkState,
  SsmdErrorCode,
  StreamName,
} from "../mod.ts";

/** A class that makes decoders without arguments, where a worker can find it. */
export interface DecoderModule {
  /** The module's URL, for example `import.meta.resolve("@ssmd/kalshi")`. */
  readonly module: string;
  /** The name under which it exports the class. */
  readonly name: string;
}

/** What the worker needs to begin; the first message to it. */
export interface SinkOrder {
  /** The ring's memory. */
  readonly ring: SharedArrayBuffer;
  /** The archive's folder. */
  readonly root: string;
  /** The stream to write. */
  readonly stream: StreamName;
  /** The options that can be sent to another thread. */
  readonly options: Pick<
    ArchiveSinkOptions,
    "rotateSeconds" | "rotateBytes" | "sync" | "sequence" | "minFreeBytes"
  >;
  /** The decoder, if frames are looked at. */
  readonly decoder?: DecoderModule;
}

/** An error on its way between threads, which keep only the message of one. */
export interface SentError {
  /** Its class: an `SsmdError` has a code, too. */
  readonly name: string;
  /** What it says. */
  readonly message: string;
  /** What an `SsmdError` says to programs. */
  readonly code?: SsmdErrorCode;
  /** Where it was thrown. */
  readonly stack?: string;
}

/** What the worker says: the calls of `SinkHandlers`, then how it ended. */
export type SinkMessage =
  | { readonly type: "ready" }
  | { readonly type: "durable"; readonly durable: Durable }
  | { readonly type: "archive_event"; readonly event: ArchiveEvent }
  | { readonly type: "state"; readonly state: SinkState }
  | { readonly type: "ended" }
  | { readonly type: "failed"; readonly error: SentError };
