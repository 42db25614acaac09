/**
 * Archives in files: storage in a folder, one writer per stream, gzip and SHA-256 by the runtime.
 * For Node, Deno and Bun.
 *
 * Every line here is public API.
 * @module
 */
export { CacheFolder, type CacheFolderOptions } from "./cache_folder.ts";
export { fileArchive } from "./file_archive.ts";
export { fileSink, type FileSinkOptions } from "./file_sink.ts";
export { FileStorage } from "./file_storage.ts";
export { freeBytes } from "./free_bytes.ts";
export { nodeGzip } from "./node_gzip.ts";
export { sha256 } from "./sha256.ts";
export type { DecoderModule } from "./sink_messages.ts";
export { isTemporaryName } from "./temporary_name.ts";
export { threadSink, type ThreadSinkOptions } from "./thread_sink.ts";
export { isTypeScript, startWorker } from "./start_worker.ts";
