import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadCustomSignals } from "./custom_signals.ts";

/** Calls `body` with a folder that holds `files`, and removes it. */
async function withFiles(
  files: Readonly<Record<string, string>>,
  body: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-signals-"));
  try {
    await mkdir(join(folder, "signals"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function signal(file: string, name = "mine") {
  return { name, file, weight: 1, parameters: {} };
}

const SOURCE =
  "export default (market, { by }) => ({ score: market.lastPrice / by, confidence: 1 });\n";

test("modules are found from the configuration's folder, and by absolute paths", async () => {
  await withFiles({ "signals/a.mjs": SOURCE, "b.js": SOURCE }, async (folder) => {
    const { functions } = await loadCustomSignals(join(folder, "momentum.yaml"), [
      signal("signals/a.mjs", "a"),
      signal(join(folder, "b.js"), "b"),
    ]);
    assert.deepEqual([...functions.keys()], ["a", "b"]);
    assert.deepEqual(
      Reflect.apply(functions.get("a")!, undefined, [{ lastPrice: 5 }, { by: 10 }]),
      { score: 0.5, confidence: 1 },
    );
  });
});

test("the digest is that of names and contents, not of places", async () => {
  const digest = async (files: Readonly<Record<string, string>>, file: string, name?: string) => {
    let found: string | null = null;
    await withFiles(files, async (folder) => {
      const config = join(folder, "momentum.yaml");
      ({ sha256: found } = await loadCustomSignals(config, [signal(file, name)]));
    });
    return found;
  };
  const one = await digest({ "a.mjs": SOURCE }, "a.mjs");
  assert.match(String(one), /^[0-9a-f]{64}$/);
  assert.equal(await digest({ "signals/b.mjs": SOURCE }, "signals/b.mjs"), one);
  assert.notEqual(await digest({ "a.mjs": `${SOURCE}// changed\n` }, "a.mjs"), one);
  assert.notEqual(await digest({ "a.mjs": SOURCE }, "a.mjs", "other"), one);
});

test("without signals there is nothing to load and no digest", async () => {
  const { functions, sha256 } = await loadCustomSignals("/nowhere/momentum.yaml", []);
  assert.deepEqual([functions.size, sha256], [0, null]);
});

test("a file that is missing, broken or of another kind is refused by name", async () => {
  const files = {
    "broken.mjs": "export default (;\n",
    "throws.mjs": "throw new Error('no licence');\n",
    "value.mjs": "export default { score: 1 };\n",
    "named.mjs": "export const evaluate = () => 1;\n",
    "signal.py": "def f(): pass\n",
  };
  await withFiles(files, async (folder) => {
    const cases: readonly (readonly [string, string, RegExp])[] = [
      ["missing.mjs", "not_found", /missing\.mjs": there is no such file$/],
      ["broken.mjs", "invalid_input", /broken\.mjs": /],
      ["throws.mjs", "invalid_input", /throws\.mjs": no licence$/],
      ["value.mjs", "invalid_input", /its default export is of type object, expected a function$/],
      ["named.mjs", "invalid_input", /its default export is missing, expected a function$/],
      ["signal.py", "invalid_input", /expected a file with \.ts, \.mts, \.js, \.mjs$/],
    ];
    for (const [file, code, message] of cases) {
      await assert.rejects(loadCustomSignals(join(folder, "m.yaml"), [signal(file)]), (error) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, /^Cannot load the signal mine from "/);
        assert.match(error.message, message);
        assert.equal(Reflect.get(error, "code"), code);
        return true;
      });
    }
  });
});
