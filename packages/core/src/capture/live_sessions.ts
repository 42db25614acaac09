import type { FrameSession } from "../decoder.ts";

/** More sessions than this were of connections that are gone. */
const MAX_SESSIONS = 1024;

/** The {@link FrameSession} of each live session, without an allocation per frame. */
export class LiveSessions {
  readonly #known = new Map<string, FrameSession>();
  #last: FrameSession = { id: "", exact: true };

  /** The session `id`: exactly one connection's life. */
  find(id: string): FrameSession {
    if (id === this.#last.id) return this.#last;
    let session = this.#known.get(id);
    if (session === undefined) {
      if (this.#known.size >= MAX_SESSIONS) this.#known.clear();
      this.#known.set(id, session = { id, exact: true });
    }
    return this.#last = session;
  }
}
