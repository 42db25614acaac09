import {
  type ArchiveSinkOptions,
  messageOf,
  type Sink,
  type SinkHandlers,
  SsmdError,
  type StreamName,
} from "../mod.ts";
import type { DecoderModule, SentError, SinkMessage, SinkOrder } from "./sink_messages.ts";
import { isTypeScript, startWorker } from "./start_worker.ts";

/** Options of {@link threadSink}. The worker has the system's clock. */
export interface ThreadSinkOptions extends
  Pick<
    ArchiveSinkOptions,
    "rotateSeconds" | "rotateBytes" | "sync" | "sequence" | "minFreeBytes"
  > {
  /** Where the worker finds the decoder to look at the frames with. Default: nobody looks. */
  readonly decoder?: DecoderModule;
  /**
   * The file of the worker. Default: the entry `@ssmd/core/fs/sink_worker`; a bundled program, where
   * that cannot be found, names its own copy.
   */
  readonly worker?: URL;
}

/**
 * Keeps what is captured in the archive in the folder `root`, like `fileSink`, on a thread of its
 * own: writing, compressing and hashing never hold up the socket. When the worker dies, the sink
 * rejects with its message; every end of the sink is the worker's end, too.
 */
export function threadSink(
  root: string,
  stream: StreamName,
  options: ThreadSinkOptions = {},
): Sink {
  return { run: (ring, handlers) => runWorker(root, stream, options, ring, handlers) };
}

async function runWorker(
  root: string,
  stream: StreamName,
  { decoder, worker: file, ...options }: ThreadSinkOptions,
  ring: SharedArrayBuffer,
  handlers: SinkHandlers,
): Promise<void> {
  const worker = startWorker(file ?? workerFile());
  try {
    const ended = new Promise<void>((resolve, reject) => {
      worker.on("message", (message: SinkMessage) => {
        if (message.type === "ended") resolve();
        else if (message.type === "failed") reject(receivedError(message.error));
        else pass(message, handlers);
      });
      worker.on("error", (error) => reject(died(messageOf(error), error)));
      worker.on("messageerror", (error) => reject(died(messageOf(error), error)));
      worker.on("exit", (code) => reject(died(`exit code ${code}`)));
    });
    const order: SinkOrder = {
      ring,
      root,
      stream,
      options,
      ...(decoder === undefined ? {} : { decoder }),
    };
    worker.postMessage(order);
    await ended;
  } finally {
    await worker.terminate();
  }
}

function pass(message: SinkMessage, handlers: SinkHandlers): void {
  switch (message.type) {
    case "ready":
      return handlers.onReady();
    case "durable":
      return handlers.onDurable(message.durable);
    case "archive_event":
      return handlers.onArchiveEvent(message.event);
    case "state":
      return handlers.onState(message.state);
  }
}

/** Next to this file as a source; in a build files are cut and moved, and the package's name leads there. */
function workerFile(): URL {
  if (isTypeScript(new URL(import.meta.url))) return new URL("./sink_worker.ts", import.meta.url);
  return new URL(import.meta.resolve("@ssmd/core/fs/sink_worker"));
}

function died(why: string, cause?: unknown): Error {
  return new Error(`Cannot go on writing: the worker that writes the archive died: ${why}`, {
    cause,
  });
}

function receivedError({ name, message, code, stack }: SentError): Error {
  const error = code === undefined
    ? Object.assign(new Error(message), { name })
    : new SsmdError(code, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
