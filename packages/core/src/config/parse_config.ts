import type { z } from "zod";
import { SsmdError } from "../mod.ts";
import { closestName } from "./closest_name.ts";
import { showText } from "./shown_text.ts";
import { type PathStep, YamlDocument } from "./yaml_document.ts";

/**
 * The content of a configuration file as `schema` understands it. Throws `SsmdError`
 * `invalid_input` with one line about the first problem in the file (of unknown keys, then of wrong
 * values, then of missing ones), and the number of the others.
 * @internal
 */
export function parseConfig<T>(schema: z.ZodType<T>, text: string, name: string): T {
  const document = new YamlDocument(text, name);
  const result = schema.safeParse(document.value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => new Problem(issue, document));
  const first = problems.reduce((a, b) => (b.comesBefore(a) ? b : a));
  const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
  throw new SsmdError("invalid_input", `Cannot read ${first.describe()}${more}`);
}

/** What a schema refused, and where that stands in the file. */
class Problem {
  readonly #document: YamlDocument;
  readonly #path: readonly PathStep[];
  readonly #expected: string;
  readonly #value: unknown;
  readonly #hidden: boolean;
  /** The keys that a section has, when this is about one that it does not have. */
  readonly #allowed: readonly string[] | undefined;
  readonly #position: readonly [line: number, column: number];

  constructor(issue: z.core.$ZodIssue, document: YamlDocument) {
    const params = issue.code === "custom" ? issue.params : undefined;
    const allowed: unknown = params?.["allowed"];
    this.#document = document;
    this.#path = issue.path.map((step) => typeof step === "number" ? step : String(step));
    this.#expected = issue.message;
    this.#value = valueAt(document.value, this.#path);
    // A scalar where a section belongs may be a secret in place of the key that describes it.
    this.#hidden = params?.["hidden"] === true || issue.code === "invalid_type";
    this.#allowed = Array.isArray(allowed) ? allowed.map(String) : undefined;
    this.#position = document.positionOf(this.#path, this.#at);
  }

  comesBefore(other: Problem): boolean {
    const [line, column] = this.#position;
    const [otherLine, otherColumn] = other.#position;
    return (this.#rank - other.#rank || line - otherLine || column - otherColumn) < 0;
  }

  /** File, line, column, path, what was found and what was expected. */
  describe(): string {
    const place = this.#document.placeOf(this.#path, this.#at);
    if (this.#allowed !== undefined) return `${place}: ${unknownKey(this.#path, this.#allowed)}`;
    const found = showFound(this.#value, this.#hidden);
    if (this.#path.length > 0) {
      return `${place}: ${showPath(this.#path)} is ${found}, expected ${this.#expected}`;
    }
    const document = found === "missing" ? "empty" : found;
    return `${place}: the document is ${document}, expected ${this.#expected}`;
  }

  get #at(): "key" | "value" {
    return this.#allowed === undefined ? "value" : "key";
  }

  /** A misspelt key is told first: it explains why another is missing. */
  get #rank(): number {
    if (this.#allowed !== undefined) return 0;
    return this.#value === undefined || this.#value === null ? 2 : 1;
  }
}

function unknownKey(path: readonly PathStep[], allowed: readonly string[]): string {
  const key = String(path.at(-1));
  const holder = path.slice(0, -1);
  const where = holder.length === 0 ? "" : ` in ${showPath(holder)}`;
  const meant = closestName(key, allowed);
  const hint = meant === undefined
    ? `expected one of ${allowed.join(", ")}`
    : `did you mean "${meant}"?`;
  return `unknown key ${showText(key)}${where}, ${hint}`;
}

function valueAt(root: unknown, path: readonly PathStep[]): unknown {
  let value = root;
  for (const step of path) {
    const holder: unknown = value;
    if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, step)) return;
    value = Reflect.get(holder, step);
  }
  return value;
}

function showFound(value: unknown, hidden: boolean): string {
  if (value === undefined || value === null) return "missing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a mapping";
  if (hidden) return `a ${typeof value === "string" ? "text" : typeof value} that is not shown`;
  return typeof value === "string" ? showText(value) : String(value);
}

/** `versions[0].protocol`; a key that is no plain word in quotes. */
function showPath(path: readonly PathStep[]): string {
  let shown = "";
  for (const step of path) {
    if (typeof step === "number") shown += `[${step}]`;
    else if (!/^[A-Za-z_]\w{0,30}$/.test(step)) shown += `[${showText(step)}]`;
    else shown += shown === "" ? step : `.${step}`;
  }
  return shown;
}
