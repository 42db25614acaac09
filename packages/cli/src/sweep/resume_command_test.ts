import assert from "node:assert/strict";
import { test } from "node:test";
import { resumeCommand } from "./resume_command.ts";

test("the command has every option again, and quotes what a shell would read differently", () => {
  assert.equal(
    resumeCommand({
      archive: "./my days",
      config: "it's.yaml",
      from: undefined,
      cache: false,
      keepRuns: true,
      perPass: "50",
      markets: ["a.json", "b c.json"],
    }),
    String
      .raw`ssmd sweep --archive './my days' --config 'it'\''s.yaml' --no-cache --keep-runs --per-pass 50 --markets a.json 'b c.json'`,
  );
});
