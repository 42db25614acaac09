import type { EpochMicros } from "@ssmd/core";
import { createHash } from "node:crypto";
import { parseMarketObjects } from "../market_objects.ts";
import { isObject, type JsonObject } from "../wire/json_object.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** One REST object that was received at `time` as a line of `markets.jsonl`, the newline included. */
export function objectLine(envelope: JsonObject, time: EpochMicros): Uint8Array {
  return encoder.encode(`${JSON.stringify({ ...envelope, _received_at: time })}\n`);
}

/** Tells two objects apart, for recording only what changed. */
export function objectDigest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64");
}

/**
 * Why `envelope` cannot be a line: one that nothing could read would spoil the whole file.
 * `undefined` for a good one.
 */
export function lineProblem(envelope: JsonObject): unknown {
  try {
    parseMarketObjects(envelope);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The envelope that a line holds; `undefined` when it is no JSON object, for example cut. */
export function readObjectLine(line: string | Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(typeof line === "string" ? line : decoder.decode(line));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // the caller counts it
  }
}
