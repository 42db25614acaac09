import { readText } from "../storage/read_text.ts";
import type { FileFacts } from "./seal.ts";
import type { Storage } from "../storage/storage.ts";

const NAME = "journal.json";

/**
 * What the last writer of the stream said of the lines in its open file: a restart after a crash
 * seals that file and has only this to go by. Nothing is claimed when the file is absent or unclear.
 */
export async function readStreamFacts(storage: Storage, folder: string): Promise<FileFacts> {
  const text = await readText(storage, `${folder}/${NAME}`);
  const sequence = /"sequence":"(checked|partial)"/.exec(text ?? "")?.[1];
  return {
    sequence: sequence === "checked" || sequence === "partial" ? sequence : "unchecked",
    clock: text?.includes(`"clock":"exchange"`) === true ? "exchange" : "receive",
  };
}

/** Writes `facts` for the next restart, if they differ from `before`. */
export async function writeStreamFacts(
  storage: Storage,
  folder: string,
  facts: FileFacts,
  before: FileFacts,
): Promise<void> {
  if (facts.sequence === before.sequence && facts.clock === before.clock) return;
  const text = JSON.stringify({ sequence: facts.sequence, clock: facts.clock });
  await storage.write(`${folder}/${NAME}`, new TextEncoder().encode(`${text}\n`), {
    replace: true,
  });
}
