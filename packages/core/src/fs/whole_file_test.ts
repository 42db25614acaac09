import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { publish } from "./whole_file.ts";

/** `link` as the system answers it on a file system that has no hard links, or refuses. */
function refusing(code: string): () => Promise<void> {
  return () => Promise.reject(Object.assign(new Error(code), { code }));
}

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-"));
  try {
    await writeFile(join(folder, "new"), "new");
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

for (const code of ["EPERM", "ENOTSUP", "ENOSYS"]) {
  test(`Without hard links (${code}) a file still gets a free name, and only a free one`, async () => {
    await withFolder(async (folder) => {
      const target = join(folder, "target");
      assert.equal(await publish(join(folder, "new"), target, refusing(code)), true);
      assert.deepEqual(await readdir(folder), ["target"]);
      await writeFile(join(folder, "second"), "second");
      assert.equal(await publish(join(folder, "second"), target, refusing(code)), false);
      assert.equal(await readFile(target, "utf8"), "new");
      assert.deepEqual((await readdir(folder)).sort(), ["second", "target"]);
    });
  });
}

test("Without hard links a rename that fails gives the name back", async () => {
  await withFolder(async (folder) => {
    const absent = join(folder, "absent");
    await assert.rejects(publish(absent, join(folder, "target"), refusing("EPERM")), {
      code: "ENOENT",
    });
    assert.deepEqual(await readdir(folder), ["new"]);
  });
});

test("Any other refusal to link is passed on and changes nothing", async () => {
  await withFolder(async (folder) => {
    const target = join(folder, "target");
    await assert.rejects(publish(join(folder, "new"), target, refusing("EIO")), { code: "EIO" });
    assert.deepEqual(await readdir(folder), ["new"]);
  });
});
