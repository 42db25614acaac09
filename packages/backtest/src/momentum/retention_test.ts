import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMomentumConfig } from "../config/parse_momentum_config.ts";
import { retentionOf } from "./retention.ts";

function minutes(text: string): number {
  return retentionOf(parseMomentumConfig(text, "test")) / 60_000_000;
}

const OFF = "spreadTightening: {enabled: false}, volumeOnset: {enabled: false}";

test("samples are kept as long as the longest window that is looked at", () => {
  assert.equal(minutes("{}"), 10);
  assert.equal(minutes("activation: {windowMinutes: 1}"), 5);
  assert.equal(minutes(`{activation: {windowMinutes: 1}, signals: {${OFF}}}`), 1);
  assert.equal(
    minutes("signals: {priceMomentum: {enabled: true, longWindowSec: 1200}}"),
    20,
  );
  assert.equal(minutes("signals: {priceMomentum: {longWindowSec: 1200}}"), 10);
});

test("the minute in which a squeeze looks for its direction counts", () => {
  const squeeze = "volatilitySqueeze: {enabled: true, squeezeWindowMinutes: 0.5}";
  assert.equal(minutes(`{activation: {windowMinutes: 0.1}, signals: {${OFF}, ${squeeze}}}`), 1);
});

test("a signal of the user may count on half an hour", () => {
  assert.equal(minutes("signals: {custom: [{name: a, file: a.js}]}"), 30);
  assert.equal(
    minutes("{activation: {windowMinutes: 45}, signals: {custom: [{name: a, file: a.js}]}}"),
    45,
  );
});

test("windows of nothing are kept as nothing, which is above 0", () => {
  assert.ok(minutes(`{activation: {windowMinutes: 0}, signals: {${OFF}}}`) > 0);
});
