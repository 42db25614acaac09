import { messageOf, SsmdError, type Tape } from "@ssmd/core";
import { nodeGzip } from "@ssmd/core/fs";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { OneFileStorage } from "./one_file_storage.ts";
import { RecordedObjects } from "./recorded_objects.ts";
import { openRecording, type RecordedOptions, RecordedSource } from "./recorded_source.ts";

const CHUNK_BYTES = 256 * 1024;

/**
 * A tape as an exchange: lines `{"recv_ms":…,"event":<frame>}` or bare frames, plain or gzip. Holes
 * in its sequence numbers are not judged, for a tape may hold only some markets of a subscription; a
 * number that goes back is a new connection, whose books wait for their snapshots.
 */
export class TapeSource extends RecordedSource {
  /**
   * Opens the file `from`, or a tape that somebody else opens; it is read more than once. Throws
   * `SsmdError`: `not_found` for a file that is not there or has no line, `invalid_input` for a
   * folder and for objects that are none.
   */
  static async open(from: string | Tape, options: RecordedOptions = {}): Promise<TapeSource> {
    const tape = typeof from === "string" ? await tapeIn(from) : from;
    // Named for what an archive would call it: there the name says whether it is compressed.
    const path = `1970-01-01/tape.jsonl${await isGzip(tape) ? ".gz" : ""}`;
    const io = { storage: new OneFileStorage(path, () => tape.open()), gzip: nodeGzip };
    const objects = new RecordedObjects();
    for (const json of options.objects ?? []) objects.add(json);
    const name = `the tape ${tape.name}`;
    return new TapeSource(await openRecording(io, name, () => true, objects, options.scan));
  }
}

async function tapeIn(file: string): Promise<Tape> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === "ENOENT";
    throw new SsmdError(
      missing ? "not_found" : "invalid_input",
      `Cannot play the tape ${JSON.stringify(file)}: ${
        missing ? "there is no such file" : messageOf(cause)
      }`,
      { cause },
    );
  });
  if (!found.isFile()) {
    throw new SsmdError(
      "invalid_input",
      `Cannot play the tape ${JSON.stringify(file)}: it is no file that can be read twice`,
    );
  }
  const open = () => createReadStream(file, { highWaterMark: CHUNK_BYTES });
  return { name: basename(file), open };
}

/** Whether the first two bytes are those of gzip, however the chunks are cut. */
async function isGzip(tape: Tape): Promise<boolean> {
  const head: number[] = [];
  for await (const chunk of tape.open()) {
    head.push(...chunk.subarray(0, 2 - head.length));
    if (head.length >= 2) break;
  }
  return head[0] === 0x1f && head[1] === 0x8b;
}
