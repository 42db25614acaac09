import { repairArchive } from "@ssmd/core";
import { existingArchive } from "../archive_folder.ts";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_BAD_DATA,
  EXIT_DONE,
  writeJson,
} from "../command_context.ts";
import { LineSelection, type SelectionOptions } from "../line_selection.ts";
import { counted } from "../ui/numbers.ts";
import { selectFiles } from "./archive_verify.ts";

/** `ssmd archive repair DIR`: exit code 1 when a damaged file gave back nothing. */
export async function archiveRepair(
  folder: string,
  options: SelectionOptions & CommonOptions,
  { terminal, signal }: CommandContext,
): Promise<number> {
  const io = await existingArchive(folder);
  const files = await selectFiles(io, new LineSelection(options), signal);
  const report = await repairArchive(io, {
    signal,
    ...(files === undefined ? {} : { files: (path: string) => files.has(path) }),
  });
  const lost = report.salvaged.some((file) => file.into === undefined);
  if (options.json === true) {
    writeJson(terminal, report);
    return lost ? EXIT_BAD_DATA : EXIT_DONE;
  }
  for (const event of report.events) {
    terminal.out(`${event.path}: ${event.type.replaceAll("_", " ")}\n`);
  }
  for (const { path, reason, into, records, claimed } of report.salvaged) {
    const result = into === undefined
      ? "nothing in it can be read"
      : `${counted(records, "line")}${
        claimed === undefined ? "" : ` of ${claimed}`
      } salvaged into ${into}`;
    terminal.out(`${path}: ${reason}; ${result}\n`);
  }
  const done = report.events.length + report.salvaged.length;
  if (done === 0) terminal.out("nothing to repair\n");
  else terminal.out(`run "ssmd archive verify ${folder}" to prove the result\n`);
  return lost ? EXIT_BAD_DATA : EXIT_DONE;
}
