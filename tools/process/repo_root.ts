import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this repository, whatever the working directory is. */
export const repoRoot: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
