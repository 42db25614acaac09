import { type ArchiveFile, type ArchiveStream, readCatalog } from "./archive_catalog.ts";
import type { ArchiveSource } from "./open_content.ts";
import { HashedStream } from "../storage/hashed_stream.ts";
import type { ArchiveIo } from "../storage/storage.ts";

/** What {@link archiveFingerprint} needs. */
export interface FingerprintSource extends Pick<ArchiveSource, "storage"> {
  /** A new SHA-256. */
  readonly sha256: ArchiveIo["sha256"];
}

/**
 * SHA-256 of what an archive holds, whatever its folders are called.
 *
 * Files with a manifest count with the digest of their contents, which the manifest gives and which
 * is believed: however they are compressed and ordered, it is the same. Of files without one the
 * stored bytes are hashed, in the order in which they are read: reading their contents would cost as
 * much as the replay. Compressed anew they count as other data.
 */
export async function archiveFingerprint(
  source: FingerprintSource,
  streams: (stream: ArchiveStream) => boolean = () => true,
): Promise<string> {
  const contents: string[] = [];
  const stored: string[] = [];
  for (const stream of (await readCatalog(source.storage)).filter(streams)) {
    for (const file of stream.files) {
      if (file.supersededBy !== undefined) continue;
      if (file.entry === undefined) stored.push(`stored ${await hashStored(source, file)}`);
      else contents.push(file.entry.contentSha256);
    }
  }
  const whole = source.sha256();
  whole.update(new TextEncoder().encode([...contents.sort(), ...stored].join("\n")));
  return whole.digest();
}

async function hashStored({ storage, sha256 }: FingerprintSource, file: ArchiveFile) {
  const bytes = new HashedStream(storage.read(file.path), sha256());
  for await (const chunk of bytes) void chunk;
  return bytes.digest();
}
