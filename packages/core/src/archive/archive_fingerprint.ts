import { type ArchiveStream, readCatalog } from "./archive_catalog.ts";
import { SsmdError } from "../errors.ts";
import { HashedStream } from "../storage/hashed_stream.ts";
import { openContent } from "./open_content.ts";
import type { ArchiveIo } from "../storage/storage.ts";

/**
 * SHA-256 of what an archive holds, whatever its folders are called and however it is compressed:
 * the digest over the sorted digests of its files' contents. Manifests are believed; files without
 * an entry are read, damaged ones as far as they go.
 */
export async function archiveFingerprint(
  io: ArchiveIo,
  streams: (stream: ArchiveStream) => boolean = () => true,
): Promise<string> {
  const digests: string[] = [];
  for (const stream of (await readCatalog(io.storage)).filter(streams)) {
    for (const file of stream.files) {
      if (file.supersededBy !== undefined) continue;
      if (file.entry !== undefined) {
        digests.push(file.entry.contentSha256);
        continue;
      }
      const content = new HashedStream(openContent(io, file), io.sha256());
      try {
        for await (const chunk of content) void chunk;
      } catch (error) {
        if (!(error instanceof SsmdError) || error.code !== "damaged_gzip") throw error;
      }
      digests.push(content.digest());
    }
  }
  const whole = io.sha256();
  whole.update(new TextEncoder().encode(digests.sort().join("\n")));
  return whole.digest();
}
