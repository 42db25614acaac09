import { SsmdError } from "@ssmd/core";
import { Buffer } from "node:buffer";
import { mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** `id`, or `SsmdError` `invalid_name` when it could not be a folder's name. */
export function checkRunId(id: string): string {
  if (RUN_ID.test(id)) return id;
  throw new SsmdError(
    "invalid_name",
    `Cannot use ${
      JSON.stringify(id)
    } as a run id: expected 1 to 100 letters, digits, ".", "_" and "-", beginning with a letter or digit`,
  );
}

/** What stands in a file: text, or its bytes in pieces. */
export type FileContent = string | readonly Uint8Array[];

/**
 * Writes a run's files into `{out}/{runId}`, all of them or none, and gives the folder. One that is
 * there already with the same content is left as it is; with other content: `already_exists`.
 */
export async function writeRun(
  out: string,
  runId: string,
  files: Readonly<Record<string, FileContent>>,
): Promise<string> {
  const folder = join(out, runId);
  const staged = await stagingFolder(out).catch((cause: unknown) => {
    throw writeFailure(folder, cause);
  });
  try {
    for (const [name, content] of Object.entries(files)) {
      await writeContent(join(staged, name), content);
    }
    await rename(staged, folder);
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    if (!isTaken(error)) throw writeFailure(folder, error);
    await refuseOther(folder, files);
  }
  return folder;
}

async function stagingFolder(out: string): Promise<string> {
  await mkdir(out, { recursive: true });
  return await mkdtemp(join(out, ".run-"));
}

async function writeContent(path: string, content: FileContent): Promise<void> {
  if (typeof content === "string") return await writeFile(path, content);
  const file = await open(path, "w");
  try {
    for (const piece of content) await file.writeFile(piece);
  } finally {
    await file.close();
  }
}

function bytesOf(content: FileContent): Uint8Array {
  return typeof content === "string" ? Buffer.from(content) : Buffer.concat(content);
}

async function refuseOther(
  folder: string,
  files: Readonly<Record<string, FileContent>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const present = await readFile(join(folder, name)).catch(() => undefined);
    if (present?.equals(bytesOf(content))) continue;
    throw new SsmdError(
      "already_exists",
      `Cannot write the run ${folder}: the folder is there with another ${name}; choose another --run-id or --out`,
    );
  }
}

function isTaken(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOTEMPTY" || code === "EEXIST" || code === "ENOTDIR" || code === "EISDIR";
}

function writeFailure(folder: string, cause: unknown): SsmdError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SsmdError("write_failed", `Cannot write the run ${folder}: ${reason}`, { cause });
}
