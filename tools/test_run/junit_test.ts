import assert from "node:assert/strict";
import test from "node:test";
import { parseJunit } from "./junit.ts";

test("a report of deno", () => {
  const found = parseJunit(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="3">
  <testsuite name="./a_test.ts" tests="3">
    <testcase name="adds &lt;1&gt; &amp; 2" classname="./a_test.ts" time="0.1" line="4">
    </testcase>
    <testcase name="later" classname="./a_test.ts"><skipped/></testcase>
    <testcase name="breaks" classname="./a_test.ts">
      <failure message="Uncaught &quot;x&quot;">Error: x
    at &lt;anonymous&gt;</failure>
    </testcase>
  </testsuite>
</testsuites>`);
  assert.deepEqual(found.map(({ file, path, outcome }) => [file, path, outcome]), [
    ["./a_test.ts", ["adds <1> & 2"], "passed"],
    ["./a_test.ts", ["later"], "skipped"],
    ["./a_test.ts", ["breaks"], "failed"],
  ]);
  assert.equal(found[2]?.message, 'Uncaught "x"');
  assert.equal(found[2]?.detail, "Error: x\n    at <anonymous>");
});

test("a report of bun, where suites are nested", () => {
  const found = parseJunit(`<testsuites name="bun test">
  <testsuite name="a_test.ts" file="a_test.ts">
    <testsuite name="outer" file="a_test.ts" line="1">
      <testsuite name="inner" file="a_test.ts" line="2">
        <testcase name="a &gt; b" classname="inner &gt; outer" file="a_test.ts" />
      </testsuite>
    </testsuite>
    <testcase name="top" classname="" file="a_test.ts">
      <failure type="Error" message="x&#10;y">two&#10;lines</failure>
    </testcase>
  </testsuite>
</testsuites>`);
  assert.deepEqual(found.map(({ file, path, outcome }) => [file, path, outcome]), [
    ["a_test.ts", ["outer", "inner", "a > b"], "passed"],
    ["a_test.ts", ["top"], "failed"],
  ]);
  assert.equal(found[1]?.detail, "two\nlines");
});
