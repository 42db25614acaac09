/**
 * Extraction of one frame into columns, against `JSON.parse` of the same frame: from its bytes, as
 * every reader of a file or a socket has them, and of a text that somebody made before.
 *
 * All contenders read the same bytes in memory; rounds are interleaved, each with a new decoder. Run
 * `npm run bench -- decode`, with SSMD_DATA set for the recorded tape.
 * @module
 */
import { EventBatch, parseIsoTime } from "@ssmd/core";
import { generateSession, KalshiDecoder } from "@ssmd/kalshi";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import process from "node:process";
import { gunzipSync } from "node:zlib";

const ROUNDS = 21;
const WARM_UP = 10;

/** Frames as one buffer, as in a file, and as texts. */
interface Tape {
  readonly name: string;
  readonly texts: readonly string[];
  readonly data: Uint8Array;
  /** Where each frame ends; the next one begins a byte later. */
  readonly ends: Uint32Array;
}

function tapeOf(name: string, lines: Iterable<string>, isWanted: (frame: string) => boolean): Tape {
  const texts = Array.from(lines, (line) => line.slice(line.indexOf('"event":') + 8, -1))
    .filter(isWanted);
  const data = new TextEncoder().encode(texts.join("\n"));
  const ends = new Uint32Array(texts.length);
  let end = -1;
  texts.forEach((text, k) => ends[k] = end += text.length + 1);
  if (end !== data.length) throw new Error(`${name} holds more than ASCII`);
  return { name, texts, data, ends };
}

/** Deltas of the recorded market, and everything that a made-up session of many markets sends. */
function tapes(): Tape[] {
  const start = parseIsoTime("2026-01-05T15:00:00Z")!;
  const session = generateSession({ seed: 7, start, markets: 24, minutes: 15, pace: 300 });
  const mixed = tapeOf("generated session, 24 markets", session.lines(), () => true);
  const folder = process.env["SSMD_DATA"];
  if (folder === undefined) return [mixed];
  const file = `${folder}/gold/KXGOLD15M-26AUG102300-00.ndjson.gz`;
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split("\n");
  const isDelta = (frame: string) => frame.includes('"orderbook_delta"');
  return [tapeOf("recorded deltas, 1 market", lines, isDelta), mixed];
}

/** Reads a whole tape; what it gives depends on every frame, so that no work can be left out. */
type Contender = (tape: Tape) => number;

const parseText: Contender = ({ texts }) => {
  let sum = 0;
  for (const text of texts) sum += sidOf(JSON.parse(text));
  return sum;
};

const parseBytes: Contender = ({ data, ends }) => {
  const utf8 = new TextDecoder();
  let sum = 0;
  let start = 0;
  for (const end of ends) {
    sum += sidOf(JSON.parse(utf8.decode(data.subarray(start, end))));
    start = end + 1;
  }
  return sum;
};

function sidOf(frame: unknown): number {
  return (frame as { sid?: number }).sid ?? 0;
}

function decodeWith(scanner: boolean): Contender {
  return ({ data, ends }) => {
    const decoder = new KalshiDecoder({ scanner });
    const batch = new EventBatch(decoder.symbols);
    const session = { id: "bench", exact: false };
    let sum = 0;
    let start = 0;
    for (const end of ends) {
      if (batch.length > 4000) {
        sum += digest(batch);
        batch.clear();
      }
      decoder.decode(data, start, end, session, end, batch);
      start = end + 1;
    }
    return sum + digest(batch);
  };
}

function digest(batch: EventBatch): number {
  return batch.price[batch.length - 1]! + batch.length;
}

const CONTENDERS: Readonly<Record<string, Contender>> = {
  "JSON.parse of a text": parseText,
  "bytes to text, JSON.parse": parseBytes,
  "decoder without scanner": decodeWith(false),
  "decoder": decodeWith(true),
};

function compare(tape: Tape): void {
  const names = Object.keys(CONTENDERS);
  const samples = new Map(names.map((name): [string, number[]] => [name, []]));
  const answers = new Map(names.map((name): [string, Set<number>] => [name, new Set()]));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [name, nanos] of samples) {
      const before = process.cpuUsage();
      const answer = CONTENDERS[name]!(tape);
      const { user, system } = process.cpuUsage(before);
      answers.get(name)!.add(answer);
      if (round >= 0) nanos.push((user + system) * 1000 / tape.texts.length);
    }
  }
  for (const [name, given] of answers) {
    if (given.size !== 1) throw new Error(`${name} gave ${[...given].join()}`);
  }
  const [scanned] = answers.get("decoder")!;
  const [read] = answers.get("decoder without scanner")!;
  if (scanned !== read) throw new Error(`The two paths differ: ${scanned} and ${read}`);
  print(tape, samples);
}

function print(tape: Tape, samples: ReadonlyMap<string, number[]>): void {
  const frames = tape.texts.length;
  const decoder = median(samples.get("decoder")!);
  console.log(`\n${tape.name}: ${frames} frames, ${Math.round(tape.data.length / frames)} B each`);
  for (const [name, nanos] of samples) {
    const spread = `${Math.min(...nanos).toFixed(0)}–${Math.max(...nanos).toFixed(0)}`;
    const ratio = (median(nanos) / decoder).toFixed(2);
    console.log(
      `  ${name.padEnd(26)} ${median(nanos).toFixed(0).padStart(5)} ns CPU a frame ` +
        `(${spread}), ${ratio} × the decoder`,
    );
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ` +
    `${ROUNDS} rounds after ${WARM_UP} of warm-up, median (min–max)`,
);
for (const tape of tapes()) compare(tape);
