import { Buffer } from "node:buffer";
import type { Gunzip, Gzip } from "node:zlib";
import { givePlaceBack, OUTPUT_PLACE, takePlace } from "./output_places.ts";

/**
 * Where zlib writes next: fields of its streams that no document names, the same in Node 20 to 24,
 * in Deno and in Bun. They are read again for each step.
 */
interface OutputPlace {
  _outBuffer: Buffer;
  _outOffset: number;
}

/**
 * A zlib stream driven one step at a time: what a step gives is taken before the one after next
 * begins, so memory stays bounded by the steps' size. Its owner closes it.
 */
export class ZlibSteps {
  readonly #stream: Gunzip | Gzip;
  /** The place for the next step and the one for the step after it; empty: zlib makes its own. */
  #places: Buffer[];
  #ready: Uint8Array[] = [];
  #error: Error | undefined;
  #isOver = false;
  #wake: () => void = () => {};

  /**
   * Owns `stream` from now on. When it `reuses` memory, for which the stream has to have chunks of
   * {@link OUTPUT_PLACE}, a step writes over what the step before the last one gave, where the runtime
   * lets it. Without, the garbage of long files makes the collector run again and again: that is a
   * quarter of a replay.
   */
  constructor(stream: Gunzip | Gzip, reuses = false) {
    this.#stream = stream;
    this.#places = reuses && isOutputPlace(stream) ? [takePlace(), takePlace()] : [];
    const over = (): void => {
      this.#isOver = true;
      this.#wake();
    };
    stream.on("data", (chunk: Uint8Array) => {
      // Not as the Buffer it is: `slice` of one would share the memory that the consumer may keep.
      this.#ready.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    });
    stream.on("error", (error: Error) => {
      this.#error ??= error;
      over();
    });
    stream.on("end", over);
    stream.on("close", over);
  }

  /** What went wrong in a step so far. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** How many of the bytes written zlib has used; it uses none after the end that it sees. */
  get used(): number {
    return this.#stream.bytesWritten;
  }

  /** Resolves when zlib is done with `data`, or with everything; never rejects. */
  write(data: Uint8Array): Promise<void> {
    this.#turnPlaces();
    return this.#step((done) => void this.#stream.write(data, done));
  }

  /** Resolves when everything is out or went wrong; never rejects. */
  end(): Promise<void> {
    return this.#step(() => void this.#stream.end());
  }

  /** The output since the last call. */
  take(): Uint8Array[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** After {@link end}, when nobody uses anything of the output any more: others may write over it. */
  release(): void {
    for (const place of this.#places) givePlaceBack(place);
    this.#places = [];
  }

  /** Frees zlib's memory, also in the middle of a step; twice is safe. */
  close(): void {
    this.#stream.destroy();
  }

  #turnPlaces(): void {
    const place = this.#places.shift();
    if (place === undefined || !isOutputPlace(this.#stream)) return;
    this.#places.push(place);
    this.#stream._outBuffer = place;
    this.#stream._outOffset = 0;
  }

  #step(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isOver) return resolve();
      this.#wake = resolve;
      start(resolve);
    });
  }
}

function isOutputPlace<T extends object>(stream: T): stream is T & OutputPlace {
  const { _outBuffer: buffer, _outOffset: offset } = stream as Partial<OutputPlace>;
  return buffer instanceof Buffer && buffer.length === OUTPUT_PLACE && typeof offset === "number";
}
