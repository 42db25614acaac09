import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The files below a folder, hidden ones included, as sorted paths with slashes from it. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = await Promise.all(entries.map(async (entry) => {
    if (!entry.isDirectory()) return [entry.name];
    return (await filesBelow(join(folder, entry.name))).map((path) => `${entry.name}/${path}`);
  }));
  return below.flat().sort();
}

/** The files below a folder and their content: two folders are equal when these are. */
export async function contentBelow(folder: string): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (const path of await filesBelow(folder)) {
    content[path] = (await readFile(join(folder, path))).toString("base64");
  }
  return content;
}
