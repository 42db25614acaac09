import process from "node:process";
import { Worker } from "node:worker_threads";

/**
 * Starts a worker from a TypeScript source that imports by relative paths only. Deno and Bun read it
 * as it is; on Node a worker does not inherit the loader that reads TypeScript, so it gets one.
 */
export function startSourceWorker(source: URL, workerData: unknown): Worker {
  if (process.versions["deno"] !== undefined || process.versions["bun"] !== undefined) {
    return new Worker(source, { workerData });
  }
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const code = `import(${loader}).then(({ register }) => {
    register();
    return import(${JSON.stringify(source.href)});
  });`;
  return new Worker(code, { eval: true, execArgv: [], workerData });
}
