import { parseBytes } from "@ssmd/core/config";
import { CacheFolder } from "@ssmd/core/fs";
import { join } from "node:path";
import { type CommandContext, warn } from "../command_context.ts";

/** How compiled columns are kept, as the command line gives it. */
export interface CacheOptions {
  /** False for `--no-cache`; a folder; else the user's own. */
  readonly cache?: string | boolean;
  /** The most that the folder may hold, such as `4GiB`. */
  readonly cacheSize?: string;
}

/** Where compiled columns are kept, as plain data that can be sent to a thread. */
export interface CachePlace {
  /** The folder. */
  readonly folder: string;
  /** The most that it may hold, in bytes; by default what `CacheFolder` says. */
  readonly maxBytes?: number;
}

/**
 * Where the options want the cache: `undefined` for nowhere. Throws `SsmdError` `invalid_input` for a
 * size that is none.
 */
export function cachePlace(
  { cache = true, cacheSize }: CacheOptions,
  { env, terminal }: CommandContext,
): CachePlace | undefined {
  const maxBytes = cacheSize === undefined ? undefined : parseBytes(cacheSize);
  if (cache === false) return undefined;
  const folder = typeof cache === "string" ? cache : userFolder(env);
  if (folder === undefined) {
    warn(terminal, "nothing is kept for the next run: neither HOME nor --cache names a folder");
    return undefined;
  }
  return { folder, ...(maxBytes === undefined ? {} : { maxBytes }) };
}

/** The cache that the options ask for, as {@link cachePlace} finds it. */
export function openCache(options: CacheOptions, context: CommandContext): CacheFolder | undefined {
  const place = cachePlace(options, context);
  return place === undefined ? undefined : new CacheFolder(place.folder, place);
}

/** By the XDG Base Directory Specification, and for Windows its own. */
function userFolder(env: CommandContext["env"]): string | undefined {
  const { XDG_CACHE_HOME: xdg, HOME: home, LOCALAPPDATA: local } = env;
  if (xdg !== undefined && xdg !== "") return join(xdg, "ssmd");
  if (home !== undefined && home !== "") return join(home, ".cache", "ssmd");
  return local === undefined || local === "" ? undefined : join(local, "ssmd", "cache");
}
