import { ArchiveLines } from "@ssmd/core";
import { existingArchive } from "../archive_folder.ts";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_BAD_DATA,
  EXIT_DONE,
  warn,
} from "../command_context.ts";
import { LineSelection, type SelectionOptions } from "../line_selection.ts";

/** Options of `ssmd archive cat`. */
export interface CatOptions extends SelectionOptions, CommonOptions {
  /** Whether the frames are written as they were received, without ssmd's own fields. */
  readonly frames?: boolean;
}

const FLUSH_CHARACTERS = 1 << 16;

/** `ssmd archive cat DIR`: chosen lines in time order; exit code 1 when a file is damaged. */
export async function archiveCat(
  folder: string,
  options: CatOptions,
  { terminal, signal }: CommandContext,
): Promise<number> {
  const io = await existingArchive(folder);
  const selection = new LineSelection(options);
  const lines = await ArchiveLines.open(io, { ...selection.range, signal });
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (await lines.fill()) {
      while (lines.next()) {
        const { reader } = lines;
        if (!selection.matches(reader)) continue;
        if (options.frames === true) {
          if (reader.kind !== "frame") continue;
          text += `${decoder.decode(reader.data.subarray(reader.start, reader.end))}\n`;
        } else {
          text += `${decoder.decode(reader.storedLine())}\n`;
        }
        if (text.length >= FLUSH_CHARACTERS) {
          terminal.out(text);
          text = "";
        }
      }
    }
    if (text !== "") terminal.out(text);
  } finally {
    await lines.close();
  }
  for (const { path, reason } of lines.coverage.damaged) warn(terminal, `${path}: ${reason}`);
  return lines.coverage.damaged.length > 0 ? EXIT_BAD_DATA : EXIT_DONE;
}
