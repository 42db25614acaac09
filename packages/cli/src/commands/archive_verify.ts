import { type ArchiveIo, ArchiveLines, verifyArchive, type VerifyReport } from "@ssmd/core";
import { KalshiSequence } from "@ssmd/kalshi";
import { existingArchive } from "../archive_folder.ts";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_BAD_DATA,
  EXIT_DONE,
  writeJson,
} from "../command_context.ts";
import { LineSelection, type SelectionOptions } from "../line_selection.ts";
import { byteSize, counted, grouped } from "../ui/numbers.ts";
import { Progress } from "../ui/progress.ts";
import { facts } from "../ui/table.ts";
import { styled, type Terminal } from "../ui/terminal.ts";

/** `ssmd archive verify DIR`: exit code 1 when anything is wrong. */
export async function archiveVerify(
  folder: string,
  options: SelectionOptions & CommonOptions,
  { terminal, signal }: CommandContext,
): Promise<number> {
  const io = await existingArchive(folder);
  const selection = new LineSelection(options);
  const progress = new Progress(terminal, "Verifying");
  try {
    const files = await selectFiles(io, selection, signal);
    const report = await verifyArchive(io, {
      sequence: () => new KalshiSequence({ onLower: "late" }),
      ...(files === undefined ? {} : { files: (path: string) => files.has(path) }),
      onProgress: progress.update,
      signal,
    });
    progress.done();
    if (options.json === true) writeJson(terminal, report);
    else describe(report, terminal);
    return report.ok ? EXIT_DONE : EXIT_BAD_DATA;
  } finally {
    progress.done();
  }
}

/** The files that hold a chosen line; `undefined` when every file is chosen. */
export async function selectFiles(
  io: ArchiveIo,
  selection: LineSelection,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  if (!selection.readsLines) return undefined;
  const files = new Set<string>();
  const lines = await ArchiveLines.open(io, { ...selection.range, signal });
  try {
    while (await lines.fill()) {
      while (lines.next()) if (selection.matches(lines.reader)) files.add(lines.file.path);
    }
  } finally {
    await lines.close();
  }
  // What cannot be read may hold a chosen line as well.
  for (const { path } of lines.coverage.damaged) files.add(path);
  return files;
}

function describe(report: VerifyReport, terminal: Terminal): void {
  for (const { path, line, message } of report.problems) {
    terminal.out(`${path}${line === undefined ? "" : `:${line}`}: ${message}\n`);
  }
  if (report.problemCount > report.problems.length) {
    terminal.out(`… and ${grouped(report.problemCount - report.problems.length)} more\n`);
  }
  for (const { path, message } of report.notes) terminal.err(`note: ${path}: ${message}\n`);
  const types = Object.entries(report.recordsByType).map(([type, n]) => `${type} ${grouped(n)}`);
  const sequence = Object.entries(report.sequence).filter(([, n]) => n > 0);
  terminal.out(facts([
    [
      "verified",
      `${counted(report.files, "file")}, ${counted(report.records, "record")}, ${
        byteSize(report.bytes)
      }`,
    ],
    ["types", types.join(", ") || "none"],
    ["gaps", report.gaps === 0 ? "none" : `${grouped(report.gaps)} declared`],
    [
      "sequence",
      sequence.map(([word, n]) => `${word} in ${counted(n, "file")}`).join(", ") ||
      "nothing to check",
    ],
    [
      "result",
      report.ok
        ? styled(terminal, "green", "nothing is wrong")
        : styled(terminal, "red", counted(report.problemCount, "problem")),
    ],
  ], terminal.columns));
}
