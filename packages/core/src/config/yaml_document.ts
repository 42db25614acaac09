import { Composer, type ErrorCode, isMap, isScalar, isSeq, LineCounter, type Pair } from "yaml";
import { SsmdError } from "../mod.ts";
import { oneLine, showText } from "./shown_text.ts";
import { readTokens } from "./yaml_tokens.ts";

/** A step into a document: a key of a mapping or an index of a list. */
export type PathStep = string | number;

const MAX_BYTES = 1024 * 1024;

/** What the parser's codes mean; its own messages may quote the file, and so a secret. */
const PROBLEMS: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: "wrong indentation, or a bracket that is not closed",
  BAD_DQ_ESCAPE: "an unknown escape in a double-quoted text",
  BLOCK_AS_IMPLICIT_KEY: "a mapping inside a line; quote a text that holds a colon and a space",
  KEY_OVER_1024_CHARS: "a key of more than 1024 characters",
  MISSING_CHAR: "a quote, a colon, a comma or a bracket is missing",
  MULTILINE_IMPLICIT_KEY: "a key that goes over more than one line, or a colon is missing",
  NON_STRING_KEY: "a key that is not a text",
  UNEXPECTED_TOKEN: "something that does not belong here",
};

/**
 * One YAML 1.2 document as plain values that remember where they stand: mappings are objects
 * without prototype, lists arrays, the rest texts, numbers, booleans and `null` of the core schema.
 */
export class YamlDocument {
  readonly #root: unknown;
  readonly #lines: LineCounter;
  readonly #name: string;
  /** Keys and values of mappings, so that a thousand problems are found as fast as one. */
  readonly #children = new Map<unknown, ReadonlyMap<PathStep, Pair>>();
  /** The content; `null` for an empty document. */
  readonly value: unknown;

  /**
   * Parses `text`; `name` is what messages call it. Throws `SsmdError` `invalid_input` with one line
   * that begins with name, line and column: for text that is not YAML, has more than 1 MiB, tabs,
   * aliases, anchors, tags, directives, several documents or a key twice.
   */
  constructor(text: string, name: string) {
    this.#name = oneLine(name);
    this.#lines = new LineCounter();
    const content = text.startsWith("\ufeff") ? text.slice(1) : text;
    if (content.length > MAX_BYTES || new TextEncoder().encode(content).length > MAX_BYTES) {
      throw this.#refusal(0, "it has more than 1 MiB");
    }
    this.#countLines(content);
    const tokens = readTokens(content);
    if ("problem" in tokens) throw this.#refusal(tokens.offset, tokens.problem);
    // Keys are compared in #plain, with a set: the composer compares each with each.
    const composer = new Composer({ stringKeys: true, uniqueKeys: false, logLevel: "error" });
    const [document] = composer.compose(tokens, true, content.length);
    const error = document!.errors[0] ?? document!.warnings[0];
    if (error !== undefined) {
      throw this.#refusal(error.pos[0], PROBLEMS[error.code] ?? "text that is not valid YAML");
    }
    this.#root = document!.contents;
    this.value = this.#plain(this.#root);
  }

  /** `name:line:column` of the value at `path`, of its key, or of the nearest that exists above. */
  placeOf(path: readonly PathStep[], at: "key" | "value"): string {
    const [line, column] = this.positionOf(path, at);
    return `${this.#name}:${line}:${column}`;
  }

  /** Line and column of what {@link placeOf} names, both from 1. */
  positionOf(path: readonly PathStep[], at: "key" | "value"): readonly [number, number] {
    let node = this.#root;
    let offset = offsetOf(node) ?? 0;
    path.forEach((step, index) => {
      const value = isSeq(node)
        ? node.items[Number(step)]
        : this.#children.get(node)?.get(step)?.value;
      const key = this.#children.get(node)?.get(step)?.key;
      const wanted = at === "key" && index === path.length - 1 ? key : value;
      offset = offsetOf(wanted) ?? offsetOf(key) ?? offset;
      node = value;
    });
    return this.#position(offset);
  }

  /** Not the composer's job, so that a refusal before it has its position too. */
  #countLines(text: string): void {
    this.#lines.addNewLine(0);
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
      this.#lines.addNewLine(at + 1);
    }
  }

  #position(offset: number): readonly [number, number] {
    const { line, col } = this.#lines.linePos(offset);
    return [Math.max(line, 1), Math.max(col, 1)];
  }

  #refusal(offset: number, problem: string): SsmdError {
    const [line, column] = this.#position(offset);
    const place = `${this.#name}:${line}:${column}`;
    return new SsmdError("invalid_input", `Cannot read ${place}: ${problem}`);
  }

  #plain(node: unknown): unknown {
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((item) => this.#plain(item));
    if (!isMap(node)) return null;
    const pairs = new Map<string, Pair>();
    const object: Record<string, unknown> = Object.create(null);
    for (const pair of node.items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : "";
      const refused = pairs.has(name) || name === "__proto__";
      if (refused) {
        const problem = `the key ${showText(name)}${pairs.has(name) ? " a second time" : ""}`;
        throw this.#refusal(offsetOf(pair.key) ?? 0, problem);
      }
      pairs.set(name, pair);
      object[name] = this.#plain(pair.value);
    }
    this.#children.set(node, pairs);
    return object;
  }
}

function offsetOf(node: unknown): number | undefined {
  const known = isScalar(node) || isMap(node) || isSeq(node);
  return known ? node.range?.[0] : undefined;
}
