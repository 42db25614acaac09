import {
  type ArchiveEvent,
  formatIsoTime,
  type ImportReport,
  importTapes,
  SsmdError,
} from "@ssmd/core";
import { fileArchive } from "@ssmd/core/fs";
import { KalshiSequence } from "@ssmd/kalshi";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_BAD_DATA,
  EXIT_DONE,
  warn,
  writeJson,
} from "../command_context.ts";
import { openTapes } from "../tape_files.ts";
import { byteSize, counted, grouped } from "../ui/numbers.ts";
import { Progress } from "../ui/progress.ts";
import { facts } from "../ui/table.ts";
import type { Terminal } from "../ui/terminal.ts";

/** Options of `ssmd archive import`. */
export interface ImportCommandOptions extends CommonOptions {
  /** The source's definition. */
  readonly feed: string;
  /** The stream within it. */
  readonly stream: string;
  /** The archive's folder. */
  readonly out: string;
  /** Whether the tapes hold only some of the markets of their subscriptions. */
  readonly partial?: boolean;
  /** Whether nothing is written. */
  readonly dryRun?: boolean;
}

/** `ssmd archive import FILE...`: exit code 1 when a tape is damaged. */
export async function archiveImport(
  files: readonly string[],
  options: ImportCommandOptions,
  { terminal, stdin, signal }: CommandContext,
): Promise<number> {
  if (options.feed !== "kalshi") {
    throw new SsmdError(
      "invalid_input",
      `Cannot import the feed ${JSON.stringify(options.feed)}: only kalshi is known`,
    );
  }
  const tapes = await openTapes(files, stdin, signal);
  const progress = new Progress(terminal, options.dryRun === true ? "Reading" : "Importing");
  try {
    const report = await importTapes(
      fileArchive(options.out),
      { feed: options.feed, stream: options.stream },
      tapes.list,
      {
        sequence: () => new KalshiSequence({ onLower: "restart" }),
        partial: options.partial === true,
        dryRun: options.dryRun === true,
        onProgress: progress.update,
        onEvent: (event) => reportEvent(terminal, progress, event),
        signal,
      },
    );
    progress.done();
    if (options.json === true) writeJson(terminal, { dryRun: options.dryRun === true, ...report });
    else terminal.out(describe(report, options, terminal.columns));
    reportDoubts(terminal, report);
    return report.tapes.some((tape) => tape.damaged !== undefined) ? EXIT_BAD_DATA : EXIT_DONE;
  } finally {
    progress.done();
    await tapes.close();
  }
}

function reportEvent(terminal: Terminal, progress: Progress, event: ArchiveEvent): void {
  if (event.type === "sealed") return;
  progress.done();
  warn(terminal, `${event.path}: ${event.type.replaceAll("_", " ")}`);
}

function describe(report: ImportReport, options: ImportCommandOptions, columns: number): string {
  const types = Object.entries(report.recordsByType).map(([type, n]) => `${type} ${grouped(n)}`);
  const bytes = report.tapes.reduce((sum, tape) => sum + tape.bytes, 0);
  const gaps = Object.entries(report.gaps).map(([reason, n]) => `${reason} ${grouped(n)}`);
  const rows: [string, string][] = [
    [
      options.dryRun === true ? "would import" : "imported",
      `${counted(report.records, "record")} from ${counted(report.tapes.length, "tape")} (${
        byteSize(bytes)
      })`,
    ],
    ["types", types.join(", ") || "none"],
    ["gaps", gaps.join(", ") || "none"],
    ["sequence", report.sequence],
  ];
  if (report.span !== undefined) {
    rows.push([
      "received",
      `${formatIsoTime(report.span.from)} to ${formatIsoTime(report.span.to)}`,
    ]);
  }
  if (report.sealed.length > 0) {
    rows.push(["files", `${counted(report.sealed.length, "file")} below ${options.out}`]);
  }
  return facts(rows, columns);
}

/** What a user should know before trusting the books of this import. */
function reportDoubts(terminal: Terminal, report: ImportReport): void {
  for (const tape of report.tapes) {
    if (tape.damaged !== undefined) {
      warn(terminal, `${tape.name}: ${tape.damaged}; what could be read was imported`);
    }
    if (tape.unparsed > 0) {
      warn(
        terminal,
        `${tape.name}: ${counted(tape.unparsed, "line")} that are no JSON object, kept as found`,
      );
    }
    if (tape.tooLong > 0) {
      warn(terminal, `${tape.name}: ${counted(tape.tooLong, "line")} longer than 64 MiB skipped`);
    }
    if (tape.restarts > 0) {
      warn(
        terminal,
        `${tape.name}: sequence numbers restarted ${
          counted(tape.restarts, "time")
        }; books are stale until their next snapshot`,
      );
    }
    if (tape.duplicates > 0) {
      warn(
        terminal,
        `${tape.name}: ${
          counted(tape.duplicates, "duplicate frame")
        }, kept and not applied to books`,
      );
    }
    if (tape.records === 0) warn(terminal, `${tape.name}: no records`);
  }
  const untyped = report.recordsByType["(none)"] ?? 0;
  if (untyped > 0) {
    warn(
      terminal,
      `${counted(untyped, "frame")} without a message type, kept: is this a recording?`,
    );
  }
  if (report.span?.from === 0) {
    warn(terminal, "lines before any time at all are stored under 1970-01-01");
  }
  if (report.clock === "exchange") {
    warn(terminal, "some lines have no receive time: the exchange's time stands in for it");
  }
  if (report.clampedTimes > 0) {
    warn(
      terminal,
      `${
        counted(report.clampedTimes, "record")
      } went back in receive time and got the time of the record before`,
    );
  }
  if (report.sequence === "partial") {
    warn(
      terminal,
      "partial: the tapes hold only some markets of their subscriptions, so that lost frames cannot be noticed",
    );
  }
  const holes = report.gaps.sequence ?? 0;
  if (holes > 0) {
    warn(
      terminal,
      `${counted(holes, "hole")} in the sequence, ${
        counted(report.missingFrames, "frame")
      } missing; if the tapes hold only some markets of their subscriptions, import them with --partial instead`,
    );
  }
}
