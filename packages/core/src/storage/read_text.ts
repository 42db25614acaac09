import { SsmdError } from "../errors.ts";
import type { ByteStream, Storage } from "./storage.ts";

/** Everything in `source`, joined. */
export async function readAll(source: ByteStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    length += chunk.length;
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** The file's text, or `undefined` when there is no such file. */
export async function readText(storage: Storage, path: string): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await readAll(storage.read(path)));
  } catch (error) {
    if (error instanceof SsmdError && error.code === "not_found") return undefined;
    throw error;
  }
}
