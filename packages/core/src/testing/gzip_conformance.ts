import type { ByteStream, GzipCodec } from "../mod.ts";
import {
  collect,
  concatenate,
  type ConformanceCase,
  expect,
  expectBytes,
  expectCode,
  inChunks,
  noise,
} from "./conformance_case.ts";
import { type GzipVector, MEMBERS, NAMED } from "./gzip_vectors.ts";

/** How many bytes of input before a defect, but not before a cut, may be lost with it. */
const STEP = 65_536;

/**
 * What every gzip codec must do with files that gzip(1) and zlib made, whole, cut and corrupt. Of a
 * file that is cut it must give all that zlib can read; only a stored block may count as a whole.
 */
export function gzipConformance(codec: GzipCodec): ConformanceCase[] {
  const cases: ConformanceCase[] = [];
  const add = (name: string, run: () => Promise<void>): void => void cases.push({ name, run });
  const vectors: readonly [string, GzipVector][] = [["named", NAMED], ["several members", MEMBERS]];

  for (const [what, vector] of vectors) {
    const file = fromBase64(vector.file);
    const content = fromBase64(vector.content);
    add(`Reads a gzip(1) file, ${what}, however it is chunked`, async () => {
      for (const size of [1, 7, file.length]) {
        expectBytes(await collect(codec.decompress(inChunks(file, size))), content, `by ${size}`);
      }
    });
    add(`Gives back what zlib can read of a file cut anywhere, ${what}`, async () => {
      let readable = 0;
      const gains = vector.gains.trim().split(" ").map(Number);
      for (let cut = 0; cut < file.length; cut++) {
        const { bytes, error } = await salvage(codec, inChunks(file.slice(0, cut), 50));
        const [from, to] = vector.stored ?? [0, 0];
        const isHeld = bytes.length === from && from < readable && readable < to;
        expectBytes(bytes, content.slice(0, isHeld ? from : readable), `cut at ${cut}`);
        expect(
          (error === undefined) === vector.ends.includes(cut),
          `cut at ${cut}: ${error === undefined ? "nothing was thrown" : error.message}`,
        );
        readable += gains[cut]!;
      }
    });
    add(`Never passes other content off as sound, whichever byte is wrong, ${what}`, async () => {
      for (let at = 0; at < file.length; at++) {
        for (const mask of [1 << (at % 8), 0xff]) {
          const wrong = file.slice();
          wrong[at]! ^= mask;
          const { bytes, error } = await salvage(codec, inChunks(wrong, 64));
          if (error === undefined) expectBytes(bytes, content, `byte ${at} xor ${mask}`);
        }
      }
    });
    add(`Takes zeros after the last member as padding, ${what}`, async () => {
      const padded = concatenate([file, new Uint8Array(1000)]);
      for (const size of [file.length, padded.length]) {
        expectBytes(await collect(codec.decompress(inChunks(padded, size))), content, "padded");
      }
    });
    add(`Refuses anything else after the last member, ${what}`, async () => {
      const text = new TextEncoder().encode("not gzip");
      const tails = [
        text,
        concatenate([new Uint8Array(9), text]),
        file.slice(0, 1),
        text.slice(0, 1),
      ];
      for (const tail of [...tails, concatenate([new Uint8Array(600), file])]) {
        for (const size of [file.length, 100, 10_000]) {
          const { bytes, error } = await salvage(
            codec,
            inChunks(concatenate([file, tail]), size),
          );
          expectBytes(bytes, content.slice(0, bytes.length), "before what follows");
          expect(
            error !== undefined,
            `${tail.length} bytes after the last member were passed over`,
          );
        }
      }
    });
    add(`Refuses a wrong checksum or size, ${what}`, async () => {
      for (const fromEnd of [8, 5, 4, 1]) {
        const wrong = file.slice();
        wrong[wrong.length - fromEnd]! ^= 4;
        for (const padding of [0, 20]) {
          const padded = concatenate([wrong, new Uint8Array(padding)]);
          const { bytes, error } = await salvage(codec, inChunks(padded, padded.length));
          expectBytes(bytes, content.slice(0, bytes.length), "before the trailer");
          expect(error !== undefined, "a wrong trailer was accepted");
        }
      }
    });
  }

  add("Refuses an empty file and what is not gzip", async () => {
    for (const text of ["", "{}", "plain text that is longer than any header of gzip"]) {
      const { bytes, error } = await salvage(codec, inChunks(new TextEncoder().encode(text), 10));
      expect(bytes.length === 0 && error !== undefined, `${JSON.stringify(text)} was accepted`);
    }
  });

  add("Gives back what it compressed, as one member with time 0", async () => {
    for (const content of contents()) {
      const file = await collect(codec.compress(inChunks(content, 10_000)));
      expectBytes(file.slice(0, 3), Uint8Array.of(0x1f, 0x8b, 8), "the file's first bytes");
      expectBytes(file.slice(4, 8), new Uint8Array(4), "the time in the header");
      const size = new DataView(file.buffer).getUint32(file.length - 4, true);
      expect(size === content.length, `its trailer says ${size} bytes, not ${content.length}`);
      expectBytes(await collect(codec.decompress(inChunks(file, 65_536))), content, "read back");
    }
  });

  add("Compresses equal content to equal bytes, however it is chunked", async () => {
    for (const content of contents()) {
      const file = await collect(codec.compress(inChunks(content, 1 << 20)));
      const again = await collect(codec.compress(inChunks(content, 1_000)));
      expectBytes(again, file, `${content.length} bytes of content`);
    }
  });

  add("Takes an empty member for what it is: whole, padded, cut or corrupt", async () => {
    const member = await collect(codec.compress(inChunks(new Uint8Array(0), 1)));
    const zeros = new Uint8Array(40);
    for (const sound of [[member], [member, member], [member, zeros], [member, member, zeros]]) {
      expectBytes(
        await collect(codec.decompress(inChunks(concatenate(sound), 64))),
        zeros.slice(40),
        "empty",
      );
    }
    for (let at = 0; at < member.length; at++) {
      const { error } = await salvage(codec, inChunks(member.slice(0, at), 64));
      expect(error !== undefined, `accepted when cut at ${at}`);
    }
    // A header and zeros: what a crash of the machine can leave of a file.
    const { error } = await salvage(codec, inChunks(concatenate([member.slice(0, 10), zeros]), 64));
    expect(error !== undefined, "a header and zeros were accepted");
    for (let at = 1; at <= 8; at++) {
      const wrong = member.slice();
      wrong[wrong.length - at]! ^= 4;
      const { error } = await salvage(codec, inChunks(concatenate([wrong, zeros]), 64));
      expect(error !== undefined, `byte ${at} from the end was wrong and accepted`);
    }
  });

  add("Gives back all but a step of what lies before a defect", async () => {
    const content = noise(300_000, 1);
    const member = await collect(codec.compress(inChunks(content, 65_536)));
    const wrong = member.slice();
    wrong.fill(0xff, 10, 40);
    const flipped = member.slice();
    flipped[200_000]! ^= 1;
    for (const [last, readable] of [[wrong, 0], [flipped, 130_000]] as const) {
      const { bytes, error } = await salvage(
        codec,
        inChunks(concatenate([member, member, last]), 1 << 20),
      );
      expect(error !== undefined, "a corrupt member was accepted");
      const expected = concatenate([content, content, content]).slice(0, 600_000 + readable - STEP);
      expectBytes(bytes.slice(0, expected.length), expected, "before the defect");
    }
  });

  add("Leaves the chunks it gave to the consumer", async () => {
    const content = text(200_000);
    const file = await collect(codec.compress(inChunks(content, 65_536)));
    const copies: Uint8Array[] = [];
    for await (const chunk of codec.decompress(inChunks(file, 1_000))) {
      copies.push(chunk.slice());
      chunk.fill(0);
    }
    expectBytes(concatenate(copies), content, "content of overwritten chunks");
  });

  add(
    "Gives the same to a consumer that is done with each chunk when it asks for the next",
    async () => {
      for (const content of [...contents(), text(6_000_000)]) {
        const file = await collect(codec.compress(inChunks(content, 65_536)));
        const copies: Uint8Array[] = [];
        for await (const chunk of codec.decompress(inChunks(file, 65_536), { reuse: true })) {
          // Time for the codec to work ahead.
          await new Promise((resolve) => setTimeout(resolve, 10));
          copies.push(chunk.slice());
        }
        expectBytes(
          concatenate(copies),
          content,
          `${content.length} bytes, each chunk in its turn`,
        );
      }
    },
  );

  add("Leaves the chunk at which a consumer broke off alone, whatever is read next", async () => {
    const [one, other] = [text(300_000), noise(300_000, 4)];
    const file = await collect(codec.compress(inChunks(one, 65_536)));
    const next = await collect(codec.compress(inChunks(other, 65_536)));
    const held: Uint8Array[] = [];
    for await (const chunk of codec.decompress(inChunks(file, file.length), { reuse: true })) {
      held.push(chunk);
      break;
    }
    const before = held.map((chunk) => chunk.slice());
    for (let times = 0; times < 3; times++) {
      let bytes = 0;
      for await (const chunk of codec.decompress(inChunks(next, next.length), { reuse: true })) {
        bytes += chunk.length;
      }
      expect(bytes === other.length, `gave ${bytes} bytes of the next file`);
    }
    expectBytes(concatenate(held), concatenate(before), "the chunk that was held");
  });

  add("Reads its source as it is consumed, and closes it when the consumer stops", async () => {
    const content = noise(2 << 20, 2);
    const file = await collect(codec.compress(inChunks(content, 65_536)));
    for (const [way, data] of [["compress", content], ["decompress", file]] as const) {
      const source = new WatchedSource(data);
      for await (const _ of codec[way](source)) break;
      expect(source.isClosed, `${way} left its source open`);
      expect(source.given <= 1 << 20, `${way} read ${source.given} bytes to give one chunk`);
    }
  });

  add("Throws what its source throws", async () => {
    const failure = new Error("the disk is gone");
    for (const way of ["compress", "decompress"] as const) {
      const { error } = await salvage({ ...codec, decompress: codec[way] }, failing(failure));
      expect(error === failure, `${way} threw ${error?.message ?? "nothing"}`);
    }
  });

  return cases;
}

/** Decompresses until the end or an error, which must be `damaged_gzip` or the source's own. */
async function salvage(
  codec: GzipCodec,
  source: ByteStream,
): Promise<{ bytes: Uint8Array; error: Error | undefined }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of codec.decompress(source)) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ("code" in error) await expectCode("damaged_gzip", () => Promise.reject(error));
    return { bytes: concatenate(chunks), error };
  }
  return { bytes: concatenate(chunks), error: undefined };
}

function contents(): Uint8Array[] {
  return [new Uint8Array(0), Uint8Array.of(10), text(500_000), noise(200_000, 3)];
}

/** Lines that repeat with small differences, as recorded messages do. */
function text(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const encoder = new TextEncoder();
  for (let at = 0, line = 0; at < size; line++) {
    const json = `{"type":"ticker","line":${line},"price":${(line * 7919) % 10_007}}\n`;
    at += encoder.encodeInto(json, bytes.subarray(at)).written;
  }
  return bytes;
}

async function* failing(error: Error): ByteStream {
  yield fromBase64(NAMED.file).slice(0, 100);
  throw error;
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Gives its data in small chunks and remembers how much, and that it was closed. */
class WatchedSource implements ByteStream {
  isClosed = false;
  given = 0;
  readonly #data: Uint8Array;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of inChunks(this.#data, 4096)) {
        this.given += chunk.length;
        yield chunk;
      }
    } finally {
      this.isClosed = true;
    }
  }
}
