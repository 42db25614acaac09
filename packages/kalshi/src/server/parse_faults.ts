import { SsmdError } from "@ssmd/core";
import { CHANNELS } from "./channel.ts";
import {
  FAULT_SCOPES,
  type FaultName,
  type FaultPlan,
  type FaultRule,
  type HandshakeRefusal,
} from "./fault_plan.ts";

const REFUSALS: readonly HandshakeRefusal[] = [401, 403, 429, 500, 503, "garbage"];
const WHEN = ["probability", "every", "at"] as const;
const KEYS = ["fault", "channel", "connection", ...WHEN, "max", "status", "field", "seconds"];
const FIELD_FAULTS: readonly FaultName[] = ["renamed_field", "retyped_field"];

/**
 * Reads a fault plan from the object of a JSON or YAML file:
 * `{seed: 7, rules: [{fault: "sequence_gap", channel: "orderbook_delta", probability: 0.01, max: 3}]}`.
 * `at` may be one number; `seed` is 0 when absent. Throws `SsmdError` `invalid_input` that names the
 * path of what is wrong and says what is expected there.
 */
export function parseFaults(json: unknown): FaultPlan {
  const plan = readObject(json, "");
  refuseUnknown(plan, ["seed", "rules"], "");
  const seed = plan["seed"] === undefined ? 0 : readWhole(plan["seed"], "seed", 0, 0xffff_ffff);
  const rules = plan["rules"];
  if (!Array.isArray(rules)) refuse("rules", rules, "a list of rules");
  return { seed, rules: rules.map((rule: unknown, i) => readRule(rule, `rules[${i}]`)) };
}

function readRule(json: unknown, path: string): FaultRule {
  const rule = readObject(json, path);
  refuseUnknown(rule, KEYS, `${path}.`);
  const fault = readChoice(rule["fault"], `${path}.fault`, [...FAULT_SCOPES.keys()]);
  const given = WHEN.filter((key) => rule[key] !== undefined);
  if (given.length !== 1) {
    const found = given.length === 0 ? "none" : given.join(" and ");
    throw invalid(path, `found ${found}, expected exactly one of ${WHEN.join(", ")}`);
  }
  const result: { -readonly [Key in keyof FaultRule]: FaultRule[Key] } = { fault };
  if (rule["channel"] !== undefined) result.channel = readChannel(rule["channel"], fault, path);
  if (rule["connection"] !== undefined) {
    refuseFor(fault === "http_429", fault, path, "connection");
    result.connection = readWhole(rule["connection"], `${path}.connection`, 1);
  }
  if (rule["probability"] !== undefined) {
    result.probability = readProbability(rule["probability"], `${path}.probability`);
  }
  if (rule["every"] !== undefined) result.every = readWhole(rule["every"], `${path}.every`, 1);
  if (rule["at"] !== undefined) result.at = readTimes(rule["at"], `${path}.at`);
  if (rule["max"] !== undefined) result.max = readWhole(rule["max"], `${path}.max`, 1);
  if (rule["status"] !== undefined) {
    refuseFor(fault !== "refuse_handshake", fault, path, "status");
    result.status = readChoice(rule["status"], `${path}.status`, REFUSALS);
  }
  if (rule["field"] !== undefined) {
    refuseFor(!FIELD_FAULTS.includes(fault), fault, path, "field");
    result.field = readText(rule["field"], `${path}.field`);
  }
  if (rule["seconds"] !== undefined) {
    refuseFor(fault !== "clock_skew", fault, path, "seconds");
    result.seconds = readWhole(rule["seconds"], `${path}.seconds`, -1e9, 1e9);
  }
  return result;
}

function readChannel(value: unknown, fault: FaultName, path: string): string {
  const scope = FAULT_SCOPES.get(fault);
  refuseFor(scope === "handshake" || scope === "request", fault, path, "channel");
  const channel = readChoice(value, `${path}.channel`, [...CHANNELS.keys()]);
  if (scope === "numbered" && CHANNELS.get(channel)?.counted !== true) {
    throw invalid(`${path}.channel`, `${channel} frames carry no seq, which ${fault} needs`);
  }
  return channel;
}

function readTimes(value: unknown, path: string): readonly number[] {
  if (!Array.isArray(value)) return [readWhole(value, path, 1)];
  if (value.length === 0) refuse(path, value, "a whole number from 1, or a list of them");
  return value.map((entry: unknown, i) => readWhole(entry, `${path}[${i}]`, 1));
}

function readProbability(value: unknown, path: string): number {
  if (typeof value !== "number" || !(value >= 0 && value <= 1)) {
    refuse(path, value, "a number from 0 to 1");
  }
  return value;
}

function readWhole(
  value: unknown,
  path: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    const end = most === Number.MAX_SAFE_INTEGER ? "" : ` to ${most}`;
    refuse(path, value, `a whole number from ${least}${end}`);
  }
  return value;
}

function readText(value: unknown, path: string): string {
  if (typeof value !== "string" || value === "") refuse(path, value, "a text");
  return value;
}

function readChoice<T extends string | number>(
  value: unknown,
  path: string,
  choices: readonly T[],
): T {
  const choice = choices.find((one) => one === value);
  if (choice === undefined) refuse(path, value, `one of ${choices.join(", ")}`);
  return choice;
}

function readObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuse(path, value, path === "" ? "an object with seed and rules" : "an object");
  }
  // A JSON object is exactly this.
  return value as Record<string, unknown>;
}

function refuseUnknown(value: object, known: readonly string[], prefix: string): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) {
      throw invalid(prefix + key, `unknown, expected one of ${known.join(", ")}`);
    }
  }
}

function refuseFor(refused: boolean, fault: FaultName, path: string, key: string): void {
  if (refused) throw invalid(`${path}.${key}`, `not for the fault ${fault}`);
}

function refuse(path: string, value: unknown, expected: string): never {
  // `undefined` has no JSON text.
  const found = value === undefined ? "nothing" : JSON.stringify(value);
  throw invalid(path, `found ${found}, expected ${expected}`);
}

function invalid(path: string, what: string): SsmdError {
  return new SsmdError("invalid_input", `Cannot read faults${path && ` at ${path}`}: ${what}`);
}
