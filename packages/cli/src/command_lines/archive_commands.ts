import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import type { ExitCode } from "../exit_code.ts";
import { examples, JSON_HELP } from "./command_help.ts";

/** `ssmd archive …` */
export function archiveCommands(ssmd: Command, context: CommandContext, exit: ExitCode): void {
  const archive = ssmd.command("archive").helpCommand(false).description(
    "Import, list, prove, repair and print archives",
  );
  archive.addHelpText(
    "after",
    examples(["ssmd archive ls ./archive", "ssmd archive verify ./archive"]),
  );
  archive.command("import")
    .description(
      'Bring recordings into an archive: tapes {"recv_ms","event"}, bare frames, the original ssmd\'s archives; plain or gzip, - for stdin. The files of one import are one recording.',
    )
    .argument("<file...>", "the recordings")
    .requiredOption("--feed <name>", "the source's definition: kalshi")
    .requiredOption("--stream <name>", "the stream within the feed, a name of your own")
    .requiredOption("--out <dir>", "the archive's folder")
    .option(
      "--partial",
      "the tapes hold only some of the markets of their subscriptions: holes in the sequence mean nothing",
    )
    .option("--dry-run", "read and judge everything, write nothing")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      examples([
        "ssmd archive import tape.ndjson.gz --feed kalshi --stream books --out ./archive",
        "ssmd archive import window-*.gz --feed kalshi --stream gold --partial --out ./archive",
        "zcat tape.gz | ssmd archive import - --feed kalshi --stream books --out ./archive",
      ]),
    )
    .action(async (files, options) => {
      const { archiveImport } = await import("../commands/archive_import.ts");
      exit(await archiveImport(files, options, context));
    });
  selecting(
    archive.command("ls").description(
      "List the files of an archive, or those that hold chosen lines",
    ),
  )
    .addHelpText(
      "after",
      examples([
        "ssmd archive ls ./archive",
        "ssmd archive ls ./archive --ticker KXGOLD15M-26AUG102300-00 --type trade",
      ]),
    )
    .action(async (dir, options) => {
      const { archiveLs } = await import("../commands/archive_ls.ts");
      exit(await archiveLs(dir, options, context));
    });
  selecting(
    archive.command("verify").description(
      "Re-read everything and hold it against the manifests, our own numbers and the exchange's; exits 1 when anything is wrong. With a filter, the files that hold chosen lines.",
    ),
  )
    .addHelpText(
      "after",
      examples([
        "ssmd archive verify ./archive",
        "ssmd archive verify ./archive --from 2026-08-11T00:00:00Z --json",
      ]),
    )
    .action(async (dir, options) => {
      const { archiveVerify } = await import("../commands/archive_verify.ts");
      exit(await archiveVerify(dir, options, context));
    });
  selecting(
    archive.command("repair").description(
      "Complete what a crash left behind and salvage damaged files into new ones; nothing that exists is changed. With a filter, only files that hold chosen lines are salvaged.",
    ),
  )
    .addHelpText("after", examples(["ssmd archive repair ./archive"]))
    .action(async (dir, options) => {
      const { archiveRepair } = await import("../commands/archive_repair.ts");
      exit(await archiveRepair(dir, options, context));
    });
  selecting(
    archive.command("cat").description("Print chosen lines in time order, as they are stored"),
  )
    .option(
      "--frames",
      "print the frames as they were received, without ssmd's own fields and without gaps",
    )
    .addHelpText(
      "after",
      examples([
        "ssmd archive cat ./archive --type trade | head",
        "ssmd archive cat ./archive --ticker KXGOLD15M-26AUG102300-00 --to 2026-08-11T02:50:00Z --frames",
      ]),
    )
    .action(async (dir, options) => {
      const { archiveCat } = await import("../commands/archive_cat.ts");
      exit(await archiveCat(dir, options, context));
    });
}

function selecting(command: Command): Command {
  return command
    .argument("<dir>", "the archive's folder")
    .option("--ticker <ticker>", "only lines of this market")
    .option("--type <type>", "only lines of this type, for example trade or gap")
    .option("--from <time>", "only lines received at or after this moment")
    .option("--to <time>", "only lines received at or before this moment")
    .option("--json", JSON_HELP);
}
