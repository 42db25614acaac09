import type { ByteStream, EpochMicros, GzipCodec, Storage } from "../mod.ts";

/** A line of an archive, read without the code under test. */
export interface ArchivedRecord {
  /** The file, as a path from the archive's root. */
  readonly path: string;
  /** Its number in the file, from 1. */
  readonly line: number;
  /** The session. */
  readonly session: string;
  /** Our own count. */
  readonly seq: number;
  /** The receive time. */
  readonly tsRecv: EpochMicros;
  /**
   * The frame's text, a gap line's reason after `gap `, what was sent after `sent `, or what was
   * wrapped, after `raw `.
   */
  readonly text: string;
}

const SUFFIX = /,("_received_at":(\d+),"_session":"([^"]*)","_seq":(\d+))\}(\s*)$/;

/**
 * Every line of the sealed and open files below `folder` in the order of day, minute and number,
 * read with `JSON.parse` and a regular expression. Throws for a line that is not ssmd's.
 */
export async function archivedRecords(
  io: { readonly storage: Storage; readonly gzip: GzipCodec },
  folder: string,
): Promise<ArchivedRecord[]> {
  const records: ArchivedRecord[] = [];
  const paths = (await io.storage.list(folder)).map(({ path }) => path);
  const wanted = paths.filter((path) => /^.*\/\d{4}(-\d+)?\.jsonl\.(gz|open)$/.test(path));
  for (const path of wanted.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))) {
    const stored = io.storage.read(path);
    const text = await textOf(path.endsWith(".gz") ? io.gzip.decompress(stored) : stored);
    if (!text.endsWith("\n")) throw new Error(`${path} does not end with a newline`);
    text.slice(0, -1).split("\n").forEach((line, i) => records.push(parse(path, line, i + 1)));
  }
  return records;
}

/** All of `stream` as text. */
export async function textOf(stream: ByteStream): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

function orderOf(path: string): string {
  const [, folder, minute, number = "0"] = /^(.*\/\d{4}-\d{2}-\d{2})\/(\d{4})(?:-(\d+))?\./.exec(
    path,
  )!;
  return `${folder}/${minute}/${number.padStart(6, "0")}`;
}

function parse(path: string, line: string, number: number): ArchivedRecord {
  const match = SUFFIX.exec(line);
  if (match === null) throw new Error(`${path}:${number} is not a line of ssmd's: ${line}`);
  const [, , time, session, seq, space] = match;
  const frame = `${line.slice(0, match.index)}}${space}`;
  const fields = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const text = fields["type"] === "gap"
    ? `gap ${String(fields["reason"])}`
    : fields["type"] === "sent"
    ? `sent ${JSON.stringify(fields["data"])}`
    : fields["type"] === "raw"
    ? `raw ${fields["encoding"] === "utf8" ? String(fields["data"]) : atob(String(fields["data"]))}`
    : frame;
  return { path, line: number, session: session!, seq: Number(seq), tsRecv: Number(time), text };
}
