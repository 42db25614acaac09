/**
 * Proves an archive: re-reads every byte and holds it against the manifests, our own numbers and
 * the exchange's.
 * @module
 */
import { type ArchiveFile, readCatalog } from "./archive_catalog.ts";
import type { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import { SsmdError } from "../errors.ts";
import { FileSummary } from "./file_summary.ts";
import { countLosses } from "../gap.ts";
import { HashedStream } from "../storage/hashed_stream.ts";
import type { ManifestFile } from "./manifest.ts";
import { compareEntries } from "./manifest_compare.ts";
import { readLines } from "../lines/read_lines.ts";
import { openContent } from "./open_content.ts";
import type { SequenceCheck } from "../sequence_check.ts";
import { SessionAudit } from "./session_audit.ts";
import type { ArchiveIo } from "../storage/storage.ts";

/** Something that is wrong with an archive. */
export interface ArchiveProblem {
  /** The file, as a path from the archive's root. */
  readonly path: string;
  /** The line, from 1, when the problem is at one. */
  readonly line?: number;
  /** What is wrong, for people. */
  readonly message: string;
}

/** What {@link verifyArchive} found. */
export interface VerifyReport {
  /** True when nothing is wrong. */
  readonly ok: boolean;
  /** Files read. */
  readonly files: number;
  /** Lines read. */
  readonly records: number;
  /** Lines by type. */
  readonly recordsByType: Readonly<Record<string, number>>;
  /** Bytes of content. */
  readonly bytes: number;
  /**
   * Gap lines found that stand for something missing, so without the reason `unsubscribed`; declared
   * gaps are no problem, undeclared ones are.
   */
  readonly gaps: number;
  /** Files whose sequence was checked, is partial, or was never judged. */
  readonly sequence: Readonly<Record<ManifestFile["sequence"], number>>;
  /** What is wrong, at most {@link MAX_PROBLEMS}. */
  readonly problems: readonly ArchiveProblem[];
  /** How many problems there are in all. */
  readonly problemCount: number;
  /** What is worth knowing and not wrong: open files, damaged files whose lines were salvaged. */
  readonly notes: readonly ArchiveProblem[];
}

/** Options of {@link verifyArchive}. */
export interface VerifyOptions {
  /** Only the files whose path is chosen. Default: all. */
  readonly files?: (path: string) => boolean;
  /** Makes the exchange's sequence check, one for each stream; without it that is not re-checked. */
  readonly sequence?: () => SequenceCheck;
  /** Told before each file how many stored bytes of how many are done, for progress. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Ends the work with the signal's reason. */
  readonly signal?: AbortSignal;
}

const NOTHING = { sessions: [], gaps: [] };

/** How many problems a report lists. */
export const MAX_PROBLEMS = 1000;

/** Collects what a run over an archive finds. */
class Findings {
  readonly problems: ArchiveProblem[] = [];
  readonly notes: ArchiveProblem[] = [];
  readonly types = new Map<string, number>();
  readonly sequence = { checked: 0, partial: 0, unchecked: 0 };
  problemCount = 0;
  files = 0;
  records = 0;
  bytes = 0;
  gaps = 0;

  problem(path: string, message: string, line?: number): void {
    this.problemCount++;
    if (this.problems.length >= MAX_PROBLEMS) return;
    this.problems.push({ path, message, ...(line === undefined ? {} : { line }) });
  }

  report(): VerifyReport {
    return {
      ok: this.problemCount === 0,
      files: this.files,
      records: this.records,
      recordsByType: Object.fromEntries(this.types),
      bytes: this.bytes,
      gaps: this.gaps,
      sequence: this.sequence,
      problems: this.problems,
      problemCount: this.problemCount,
      notes: this.notes,
    };
  }
}

/**
 * Re-reads every file: hashes, counts, order of receive times, our own numbers per session, and the
 * exchange's against the gaps that are declared.
 * Throws `SsmdError` `newer_format`, `damaged_manifest`; everything else wrong is in the report.
 */
export async function verifyArchive(
  io: ArchiveIo,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const findings = new Findings();
  const streams = await readCatalog(io.storage);
  const total = streams.flatMap(({ files }) => files).reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const stream of streams) {
    for (const path of stream.missing) {
      if (options.files?.(path) === false) continue;
      findings.problem(path, "the manifest lists this file and it is not there");
    }
    const audit = new SessionAudit(options.sequence?.());
    const firstDay = stream.files[0]?.date;
    for (const file of stream.files) {
      options.signal?.throwIfAborted();
      options.onProgress?.(done, total);
      done += file.size;
      if (options.files?.(file.path) !== false) {
        await verifyFile(io, file, file.date === firstDay, audit, findings);
      } else if (file.supersededBy === undefined) audit.passOver(file.entry ?? NOTHING);
    }
  }
  options.onProgress?.(total, total);
  return findings.report();
}

async function verifyFile(
  io: ArchiveIo,
  file: ArchiveFile,
  isFirstDay: boolean,
  audit: SessionAudit,
  findings: Findings,
): Promise<void> {
  const { path, entry } = file;
  findings.files++;
  if (file.supersededBy !== undefined) {
    const message =
      `damaged; its readable lines were salvaged into ${file.supersededBy}, which cannot prove that they are unaltered`;
    findings.notes.push({ path, message });
    return;
  }
  if (file.state === "sealed" && entry === undefined) {
    findings.problem(path, "no ssmd manifest lists this file, so that nothing can be proven of it");
  }
  if (file.state === "open") {
    const message = "open: not sealed yet, hashes are not known";
    findings.notes.push({ path, message });
  }
  findings.sequence[entry?.sequence ?? "unchecked"]++;
  const summary = new FileSummary();
  const stored = new HashedStream(io.storage.read(path), io.sha256());
  const inflated = file.state === "sealed"
    ? io.gzip.decompress(stored, { reuse: true })
    : openContent(io, file);
  const content = new HashedStream(inflated, io.sha256());
  const problem = (line: number, message: string) => findings.problem(path, message, line);
  audit.beginFile(problem, entry?.sequence, isFirstDay);
  const visit = (reader: ArchiveLineReader, line: number): void => {
    summary.add(reader);
    if (entry !== undefined || file.state === "open") audit.line(reader, line);
  };
  try {
    const read = await readLines(content, visit, { whole: file.state === "open" });
    if (read.tooLong > 0) findings.problem(path, `${read.tooLong} lines are too long to be read`);
    if (file.state === "sealed" && read.tornBytes > 0) {
      findings.problem(path, "the last line has no newline: the file is cut", summary.records);
    }
    if (entry !== undefined) {
      const found = summary.entry({
        name: entry.name,
        bytes: content.bytes,
        sha256: stored.digest(),
        contentSha256: content.digest(),
      }, entry);
      compareEntries(entry, found, (message) => findings.problem(path, message));
    }
  } catch (error) {
    if (!(error instanceof SsmdError) || error.code !== "damaged_gzip") throw error;
    findings.problem(path, error.message, summary.records + 1);
  }
  findings.records += summary.records;
  findings.bytes += content.bytes;
  findings.gaps += countLosses(summary.gaps);
  for (const [type, count] of Object.entries(summary.types())) {
    findings.types.set(type, (findings.types.get(type) ?? 0) + count);
  }
}
