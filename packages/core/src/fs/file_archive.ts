import type { ArchiveIo } from "../mod.ts";
import { FileStorage } from "./file_storage.ts";
import { nodeGzip } from "./node_gzip.ts";
import { sha256 } from "./sha256.ts";

/** What an archive in the folder `root` needs; the folder is made by the first write. */
export function fileArchive(root: string): ArchiveIo {
  return { storage: new FileStorage(root), gzip: nodeGzip, sha256 };
}
