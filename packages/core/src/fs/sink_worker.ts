/**
 * The thread behind `threadSink`. It is an entry of its own, because a worker starts from a file; it
 * is not meant to be imported.
 * @module
 */
import { parentPort } from "node:worker_threads";
import { ArchiveSink, type Decoder, messageOf, SsmdError } from "../mod.ts";
import { fileArchive } from "./file_archive.ts";
import { freeBytes } from "./free_bytes.ts";
import type { DecoderModule, SentError, SinkMessage, SinkOrder } from "./sink_messages.ts";

function say(message: SinkMessage): void {
  parentPort?.postMessage(message);
}

async function run({ ring, root, stream, options, decoder }: SinkOrder): Promise<void> {
  const sink = new ArchiveSink(fileArchive(root), stream, {
    ...options,
    ...(decoder === undefined ? {} : { decoder: await decoderMaker(decoder) }),
    freeBytes: () => freeBytes(root),
    blocking: true,
  });
  await sink.run(ring, {
    onReady: () => say({ type: "ready" }),
    onDurable: (durable) => say({ type: "durable", durable }),
    onArchiveEvent: (event) => say({ type: "archive_event", event }),
    onState: (state) => say({ type: "state", state }),
  });
}

async function decoderMaker({ module, name }: DecoderModule): Promise<() => Decoder> {
  const exported: Readonly<Record<string, unknown>> = await import(module);
  const Made = exported[name];
  if (typeof Made !== "function") {
    throw new SsmdError(
      "invalid_input",
      `Cannot decode with ${name} of ${module}: the module exports no such class`,
    );
  }
  // Whoever captures vouches for the class by naming it; its frames are only looked at.
  return () => new (Made as new () => Decoder)();
}

function sentError(error: unknown): SentError {
  const { name, message, stack } = error instanceof Error ? error : new Error(messageOf(error));
  return {
    name,
    message,
    ...(error instanceof SsmdError ? { code: error.code } : {}),
    ...(stack === undefined ? {} : { stack }),
  };
}

parentPort?.once("message", (order: SinkOrder) => {
  run(order).then(
    () => say({ type: "ended" }),
    (error) => say({ type: "failed", error: sentError(error) }),
  );
});
