import { readFile } from "node:fs/promises";
import { type EpochMicros, messageOf, SsmdError } from "@ssmd/core";
import {
  ArchiveSource,
  type ExchangeSource,
  SyntheticSource,
  TapeSource,
} from "@ssmd/kalshi/server";
import { existingArchive } from "../archive_folder.ts";

/** What the exchange is to play, as the command line says it. */
export interface SourceChoice {
  /** `synthetic`, `archive:DIR` or `tape:FILE`. */
  readonly source: string;
  /** Chooses what happens on the made-up exchange. */
  readonly seed: number;
  /** When the made-up exchange begins. */
  readonly start: EpochMicros;
  /** How many made-up markets are open at a time. */
  readonly markets?: number;
  /** How many made-up events there are in a second. */
  readonly rate?: number;
  /** Files with REST answers about recorded markets. */
  readonly objects?: readonly string[];
}

/** Opens what `choice` says. Throws `SsmdError` or, for numbers out of their ranges, `RangeError`. */
export async function openSource(choice: SourceChoice): Promise<ExchangeSource> {
  const [kind, path] = splitSource(choice.source);
  if (kind === "synthetic") {
    refuseOption(choice, "objects");
    const { seed, start, markets, rate } = choice;
    return new SyntheticSource({
      seed,
      start,
      ...(markets === undefined ? {} : { markets }),
      ...(rate === undefined ? {} : { framesPerSecond: rate }),
    });
  }
  for (const name of ["markets", "rate"] as const) refuseOption(choice, name);
  const objects = await Promise.all((choice.objects ?? []).map(readObjects));
  if (kind === "tape") return await TapeSource.open(path, { objects });
  return await ArchiveSource.open(await existingArchive(path), { objects });
}

function splitSource(text: string): ["synthetic" | "archive" | "tape", string] {
  if (text === "synthetic") return ["synthetic", ""];
  for (const kind of ["archive", "tape"] as const) {
    if (text.startsWith(`${kind}:`) && text.length > kind.length + 1) {
      return [kind, text.slice(kind.length + 1)];
    }
  }
  throw new SsmdError(
    "invalid_input",
    `Cannot play ${JSON.stringify(text)}: expected synthetic, archive:DIR or tape:FILE`,
  );
}

function refuseOption(choice: SourceChoice, name: "markets" | "rate" | "objects"): void {
  if (choice[name] === undefined) return;
  throw new SsmdError(
    "invalid_input",
    `Cannot use --${name} with --source ${choice.source}: it is for ${
      name === "objects" ? "recordings" : "the synthetic source"
    }`,
  );
}

async function readObjects(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new SsmdError(
      "invalid_input",
      `Cannot read the market objects in ${JSON.stringify(file)}: ${messageOf(cause)}`,
      { cause },
    );
  }
}
