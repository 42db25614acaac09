import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import type { Terminal } from "./ui/terminal.ts";
import { program } from "./program.ts";
import { runHere, withFolder } from "./run_cli_test_support.ts";
import { START_MS, TapeWriter } from "./tape_test_support.ts";

const NOWHERE: Terminal = {
  out() {},
  err() {},
  columns: 80,
  color: false,
  live: false,
  piped: true,
};

type Command = ReturnType<typeof program>;

/** The words that call each command, from the program itself: a new one cannot be forgotten. */
function commandPaths(): { readonly path: readonly string[]; readonly isLeaf: boolean }[] {
  const stdin = Readable.from([]);
  const walk = (command: Command, path: readonly string[]): ReturnType<typeof commandPaths> => [
    { path, isLeaf: command.commands.length === 0 },
    ...command.commands.flatMap((child) => walk(child, [...path, child.name()])),
  ];
  const { signal } = new AbortController();
  return walk(program({ terminal: NOWHERE, stdin, env: {}, signal }, () => {}), []);
}

const COMMANDS = commandPaths();

test("There are the commands that the README names", () => {
  assert.deepEqual(COMMANDS.filter(({ isLeaf }) => isLeaf).map(({ path }) => path.join(" ")), [
    "archive import",
    "archive ls",
    "archive verify",
    "archive repair",
    "archive cat",
    "book",
    "candles",
    "dq",
    "backtest",
    "explain",
    "compare",
    "sweep",
    "demo",
    "capture",
    "paper",
    "exchange",
  ]);
});

for (const { path, isLeaf } of COMMANDS) {
  const name = ["ssmd", ...path].join(" ");
  test(`The help of ${name} goes to stdout, with examples`, async () => {
    const { code, out, err } = await runHere([...path, "--help"]);
    assert.equal(code, 0);
    assert.equal(err, "");
    assert.ok(out.startsWith(`Usage: ${name}`), out);
    assert.match(out, new RegExp(`\nExamples:\n  \\$ ssmd ${path.join(" ")}`));
    assert.equal(out.includes("--json"), isLeaf);
  });
}

for (const columns of [40, 60, 80, 120]) {
  test(`Every help fits ${columns} columns, and its examples are the same commands`, async () => {
    for (const { path } of COMMANDS) {
      const words = [...path, "--help"];
      const { out } = await runHere(words, { columns });
      for (const line of out.split("\n")) {
        assert.ok(line.length <= columns, `${line.length}: ${line}`);
      }
      const { out: wide } = await runHere(words, { columns: 10_000 });
      const meaning = (text: string) => text.replaceAll(/ \\\n/g, " ").replaceAll(/\s+/g, " ");
      assert.equal(meaning(out), meaning(wide));
    }
  });
}

test("The version is that of the package", async () => {
  assert.deepEqual(await runHere(["--version"]), { code: 0, out: "0.1.0\n", err: "" });
});

const T = "2026-01-05T15:00:00Z";
const IMPORT = ["archive", "import", "tape.ndjson", "--feed", "kalshi", "--stream", "s"];
const BACKTEST = ["backtest", "--strategy", "favourite", "--archive", "arch", "--out", "new"];

/** Command lines whose files are in the folder `@`, and what the one line about them says. */
const WRONG: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [["foo"], /unknown command 'foo'/],
  [["archive", "foo"], /unknown command 'foo'/],
  [["--colour"], /unknown option '--colour'/],
  [["archive", "ls", "@arch", "--depth", "1"], /unknown option '--depth'/],
  [["archive", "ls"], /missing required argument 'dir'/],
  [["archive", "ls", "@arch", "@arch"], /too many arguments/],
  [["archive", "import", ...IMPORT.slice(3), "--out", "new"], /missing required argument 'file'/],
  [
    ["archive", "import", "@tape.ndjson", "--stream", "s", "--out", "@new"],
    /option '--feed <name>'/,
  ],
  [["archive", "import", "@tape.ndjson", "--feed", "kalshi", "--out", "@new"], /'--stream <name>'/],
  [IMPORT, /option '--out <dir>'/],
  [["book", "A", "--archive", "@arch"], /option '--at <time>'/],
  [["book", "A", "--at", T], /option '--archive <dir>'/],
  [["backtest", "--archive", "@arch", "--out", "@new"], /which strategy\? --config FILE/],
  [BACKTEST, /no capture left a markets\.jsonl there; name files with --markets/],

  [
    ["archive", "import", "@none", ...IMPORT.slice(3), "--out", "@new"],
    /none": there is no such file/,
  ],
  [["archive", "import", "@arch", ...IMPORT.slice(3), "--out", "@new"], /arch": it is a folder/],
  [["archive", "import", "-", "-", ...IMPORT.slice(3), "--out", "@new"], /"-" is given twice/],
  [
    ["archive", "import", "@tape.ndjson", "--feed", "poly", "--stream", "s", "--out", "@new"],
    /"poly"/,
  ],
  [
    ["archive", "import", "@tape.ndjson", "--feed", "kalshi", "--stream", "../s", "--out", "@new"],
    /"\.\.\/s" as a stream name/,
  ],
  [["archive", "import", "@tape.ndjson", ...IMPORT.slice(3), "--out", "@file"], /Cannot .*file/],

  [["archive", "verify", "@none"], /none": there is no such folder/],
  [["archive", "ls", "@file"], /file": it is not a folder/],
  [["archive", "cat", "@file/deeper"], /deeper": there is no such folder/],
  [["archive", "verify", "@other"], /other": .*no archive/],
  [["archive", "repair", "@empty"], /empty": .*no archive/],
  [["book", "A", "--at", T, "--archive", "@other"], /other": .*no archive/],
  [["candles", "A", "--archive", "@other"], /other": .*no archive/],

  [["archive", "ls", "@arch", "--from", "yesterday"], /Cannot read the time "yesterday"/],
  [["archive", "cat", "@arch", "--to", "2026-01-05T15:00:00"], /"2026-01-05T15:00:00".*zone/],
  [["archive", "verify", "@arch", "--from", "-1"], /Cannot read the time "-1"/],
  [["book", "A", "--at", "2026-13-05T15:00:00Z", "--archive", "@arch"], /"2026-13-05T15:00:00Z"/],
  [["book", "A", "--at", "1e9", "--archive", "@arch"], /Cannot read the time "1e9"/],
  [["book", "A", "--at", T, "--archive", "@arch", "--depth", "0"], /Cannot use "0" as a count/],
  [["book", "B", "--at", T, "--archive", "@arch"], /Cannot show the book of B/],
  [
    ["book", "A", "--at", String(START_MS - 1), "--archive", "@arch"],
    /holds none up to 2026-01-05T14:59:59\.999Z/,
  ],
  [["candles", "B", "--archive", "@arch"], /Cannot make candles of B/],
  [["candles", "A", "--archive", "@arch", "--interval", "0s"], /Cannot read the duration "0s"/],
  [["candles", "A", "--archive", "@arch", "--interval", "60"], /Cannot read the duration "60"/],

  [[...BACKTEST, "--markets", "@none"], /none": there is no such file/],
  [[...BACKTEST, "--markets", "@arch"], /Cannot read the markets file/],
  [[...BACKTEST, "--markets", "@file"], /Cannot use the markets file/],
  [[...BACKTEST, "--markets", "@odd.json"], /Cannot use the markets file odd\.json: .*"hello"/],
  [[...BACKTEST, "--markets", "@markets.json", "--contracts", "0"], /Cannot buy "0" contracts/],
  [[...BACKTEST, "--markets", "@markets.json", "--contracts", "0.001"], /0\.001/],
  [[...BACKTEST, "--markets", "@markets.json", "--before-close", "5"], /the duration "5"/],
  [[...BACKTEST, "--markets", "@markets.json", "--balance", "much"], /"much"/],
  [[...BACKTEST, "--markets", "@markets.json", "--fees", "none"], /'none' is invalid.*direct/],
  [[...BACKTEST, "--markets", "@markets.json", "--run-id", "../x"], /"\.\.\/x" as a run id/],
  [
    [...BACKTEST.slice(0, -1), "@file", "--markets", "@markets.json"],
    /Cannot write the run [^\n]*file/,
  ],
  [["backtest", "--strategy", "luck", ...BACKTEST.slice(3)], /'luck' is invalid/],
];

test("Wrong usage and input are one line on stderr, exit code 2, and write nothing", async () => {
  await withFolder(async (folder) => {
    const place = (word: string) => {
      if (["arch", "new", "tape.ndjson"].includes(word)) return join(folder, word);
      return word.startsWith("@") ? join(folder, word.slice(1)) : word;
    };
    const tape = new TapeWriter();
    tape.snapshot(0, "A", [["0.4000", "1.00"]], []);
    await writeFile(join(folder, "tape.ndjson"), tape.text);
    const made = await runHere([...IMPORT, "--out", "arch"].map(place));
    assert.equal(made.code, 0, made.err);
    await writeFile(join(folder, "file"), "no JSON");
    await writeFile(join(folder, "odd.json"), `{"hello":"world"}`);
    await writeFile(join(folder, "markets.json"), "[]");
    for (const name of ["other", "empty"]) await mkdir(join(folder, name));
    await writeFile(join(folder, "other", "notes.txt"), "not an archive");
    const before = (await readdir(folder)).sort();
    const wrong: string[] = [];
    for (const [args, says] of WRONG) {
      const { code, out, err } = await runHere(args.map(place));
      const asItShould = code === 2 && out === "" && says.test(err) &&
        /^ssmd: [^\n]+\n$/.test(err) && !/\bat .*\.ts:|Error:/.test(err);
      if (!asItShould) wrong.push(`ssmd ${args.join(" ")} => ${code} ${out}${err}`);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual((await readdir(folder)).sort(), before);
  });
});
