import { ArchiveLines, type ArchiveStream, formatIsoTime, readCatalog } from "@ssmd/core";
import { existingArchive } from "../archive_folder.ts";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_DONE,
  writeJson,
} from "../command_context.ts";
import { LineSelection, type SelectionOptions } from "../line_selection.ts";
import { byteSize, counted, grouped } from "../ui/numbers.ts";
import { Progress } from "../ui/progress.ts";
import { type Column, table } from "../ui/table.ts";

/** One file in the list. */
interface ListedFile {
  readonly path: string;
  readonly state: string;
  readonly storedBytes: number;
  /** Lines, or those that were asked for; absent when no manifest tells and nothing was read. */
  records?: number;
  readonly from?: string;
  readonly to?: string;
  readonly sequence: string;
  /** Gap lines for which something is missing. */
  readonly gaps?: number;
}

const COLUMNS: readonly Column[] = [
  { head: "FILE" },
  { head: "RECORDS", align: "right" },
  { head: "SIZE", align: "right", droppable: 1 },
  { head: "FROM", droppable: 3 },
  { head: "TO", droppable: 4 },
  { head: "SEQUENCE", droppable: 2 },
  { head: "GAPS", align: "right" },
];

/** `ssmd archive ls DIR`: the files; with a filter, how many lines of each are chosen. */
export async function archiveLs(
  folder: string,
  options: SelectionOptions & CommonOptions,
  { terminal, signal }: CommandContext,
): Promise<number> {
  const io = await existingArchive(folder);
  const selection = new LineSelection(options);
  const streams = await readCatalog(io.storage);
  const files = streams.flatMap((stream) => listFiles(stream, selection));
  let listed = [...files.values()];
  if (selection.readsLines) {
    const progress = new Progress(terminal, "Reading");
    const counts = new Map<string, number>();
    const lines = await ArchiveLines.open(io, {
      ...selection.range,
      onProgress: progress.update,
      signal,
    });
    try {
      while (await lines.fill()) {
        while (lines.next()) {
          if (!selection.matches(lines.reader)) continue;
          const { path } = lines.file;
          counts.set(path, (counts.get(path) ?? 0) + 1);
        }
      }
    } finally {
      progress.done();
      await lines.close();
    }
    for (const file of listed) file.records = counts.get(file.path) ?? 0;
    listed = listed.filter((file) => file.records !== 0);
  }
  if (options.json === true) {
    writeJson(terminal, { files: listed });
    return EXIT_DONE;
  }
  const rows = listed.map((file) => [
    file.path,
    file.records === undefined ? "?" : grouped(file.records),
    byteSize(file.storedBytes),
    file.from ?? "",
    file.to ?? "",
    file.sequence,
    file.gaps === undefined ? "?" : grouped(file.gaps),
  ]);
  if (rows.length > 0) terminal.out(table(COLUMNS, rows, terminal.columns));
  const records = listed.reduce((sum, file) => sum + (file.records ?? 0), 0);
  const unknown = listed.filter((file) => file.records === undefined).length;
  const rest = unknown === 0 ? "" : `, and those of ${counted(unknown, "file")} without a manifest`;
  terminal.out(`${counted(listed.length, "file")}, ${counted(records, "record")}${rest}\n`);
  return EXIT_DONE;
}

function listFiles(stream: ArchiveStream, selection: LineSelection): ListedFile[] {
  return stream.files.filter((file) => selection.mayHold(file)).map((file) => {
    const { entry } = file;
    return {
      path: file.path,
      state: file.supersededBy === undefined ? file.state : "salvaged",
      storedBytes: file.size,
      ...(entry === undefined ? {} : {
        records: entry.records,
        from: formatIsoTime(entry.firstReceivedAt),
        to: formatIsoTime(entry.lastReceivedAt),
        gaps: entry.gaps.filter(({ reason }) => reason !== "unsubscribed").length,
      }),
      sequence: entry?.sequence ?? "unchecked",
    };
  });
}
