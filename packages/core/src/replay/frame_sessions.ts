import type { ArchiveStream } from "../archive/archive_catalog.ts";
import type { FrameSession } from "../decoder.ts";

/** Gives the same {@link FrameSession} for the same session of a stream. */
export class FrameSessions {
  readonly #known = new Map<string, FrameSession>();
  #stream: ArchiveStream | undefined;
  #name = "";
  #shard = "";
  #last: FrameSession = { id: "", exact: false };

  /** Found without a look-up while lines go on in one session. */
  find(stream: ArchiveStream, name: string, shard: string): FrameSession {
    if (stream === this.#stream && name === this.#name && shard === this.#shard) return this.#last;
    const id = `${stream.folder}/${name === "" ? `#${shard}` : name}`;
    const session = this.#known.get(id) ?? { id, exact: name !== "" };
    this.#known.set(id, session);
    this.#stream = stream;
    this.#name = name;
    this.#shard = shard;
    this.#last = session;
    return session;
  }
}

/** Whether a session's id was given to one of `stream`. */
export function isSessionOf(stream: ArchiveStream, id: string): boolean {
  return id.lastIndexOf("/") === stream.folder.length && id.startsWith(`${stream.folder}/`);
}
