import process from "node:process";
import { Worker } from "node:worker_threads";

/**
 * Starts a thread from the module at `file`; on Node before 22.18 a TypeScript source needs `tsx`
 * installed for that. Its owner terminates it.
 */
export function startWorker(file: URL): Worker {
  if (!isTypeScript(file) || readsTypeScript()) return new Worker(file);
  // Node 20 gives a worker no loader for its first file, only for those that it imports.
  const loader = import.meta.resolve("tsx/esm/api");
  const code = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); ` +
    `return import(${JSON.stringify(file.href)}); });`;
  return new Worker(code, { eval: true });
}

/** Whether a module is a TypeScript source, not one that was built. */
export function isTypeScript({ pathname }: URL): boolean {
  return pathname.endsWith(".ts");
}

/** Whether the runtime itself runs TypeScript: Deno and Bun do, Node does from 22.18. */
function readsTypeScript(): boolean {
  if ("deno" in process.versions || "bun" in process.versions) return true;
  const features: { readonly typescript?: unknown } = process.features;
  return Boolean(features.typescript);
}
