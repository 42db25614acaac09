import { relative, resolve, sep } from "node:path";
import { tailOf, type TestResult } from "./result.ts";

/** What node_reporter.mjs writes; files are absolute. */
export type NodeEvent =
  | { type: "start"; file: string; name: string; nesting: number }
  | { type: "output"; file: string; text: string }
  | {
    type: "pass" | "fail";
    file: string;
    name: string;
    nesting: number;
    suite: boolean;
    skip?: string | boolean;
    todo?: string | boolean;
    failureType?: string;
    detail?: string;
  };

type Finish = Extract<NodeEvent, { nesting: number; suite: boolean }>;

interface FileState {
  /** The names from the outermost suite to the test that started last. */
  readonly path: string[];
  /** Whether a test of this depth finished since the last one above it did. */
  readonly children: boolean[];
  output: string;
}

/** Folds the events of node:test into results: only tests without subtests count. */
export class NodeEvents {
  readonly results: TestResult[] = [];
  readonly #files = new Map<string, FileState>();
  readonly #root: string;
  /** What the runner says without naming a file: it belongs to the file that finishes next. */
  #remarks = "";

  constructor(root: string) {
    this.#root = root;
  }

  /** Takes the next event; gives the result that it settles, if any. */
  add(event: NodeEvent): TestResult | undefined {
    const state = this.#files.get(event.file) ?? { path: [], children: [], output: "" };
    this.#files.set(event.file, state);
    if (event.type === "output") {
      if (event.file === "") this.#remarks += event.text;
      else state.output += event.text;
      return undefined;
    }
    state.path.length = event.nesting;
    state.path.push(event.name);
    if (event.type === "start") return undefined;

    const hadChildren = state.children[event.nesting + 1] === true;
    state.children[event.nesting + 1] = false;
    state.children[event.nesting] = true;
    const result = this.#resultOf(event, state, hadChildren);
    if (result !== undefined) this.results.push(result);
    return result;
  }

  #resultOf(event: Finish, state: FileState, hadChildren: boolean): TestResult | undefined {
    const file = relative(this.#root, event.file).split(sep).join("/");
    const name = state.path.join(" > ");
    // node:test reports a file as a test when it ended without reporting one itself.
    if (resolve(this.#root, event.name) === event.file) {
      const end = event.detail ?? "it ended without running a test";
      const detail = [end, this.#remarks, tailOf(state.output)].join("\n");
      this.#remarks = "";
      return { file, name: "(the file itself)", outcome: "failed", detail };
    }
    const why = event.skip ?? event.todo;
    if (why !== undefined && why !== false) {
      const reason = typeof why === "string" && why !== "" ? why : "no reason given";
      return {
        file,
        name,
        outcome: "skipped",
        reason: event.skip === undefined ? `todo: ${reason}` : reason,
      };
    }
    if (event.type === "fail") {
      if (hadChildren && event.failureType === "subtestsFailed") return undefined;
      const printed = state.output === ""
        ? ""
        : `\nprinted by the file:\n${tailOf(state.output, 20)}`;
      return { file, name, outcome: "failed", detail: `${event.detail ?? ""}${printed}` };
    }
    return hadChildren || event.suite ? undefined : { file, name, outcome: "passed" };
  }
}
