/** A test as a JUnit report gives it. */
export interface JunitCase {
  readonly file: string;
  /** The suites around it, outermost first, and its own name. */
  readonly path: readonly string[];
  readonly outcome: "passed" | "failed" | "skipped";
  /** The failure's message attribute and text. */
  readonly message: string;
  readonly detail: string;
}

type Attributes = Readonly<Record<string, string>>;

/**
 * Reads the reports that deno and bun write. The outermost testsuite is a file; those inside are
 * suites. Only what these two produce is understood, not XML in general.
 */
export function parseJunit(xml: string): JunitCase[] {
  const cases: JunitCase[] = [];
  const suites: string[] = [];
  let open: Attributes | undefined;
  let outcome: JunitCase["outcome"] = "passed";
  let message = "";
  let detail = "";
  const close = () => {
    if (open === undefined) return;
    cases.push({
      file: open["file"] ?? open["classname"] ?? "",
      path: [...suites.slice(1), open["name"] ?? ""],
      outcome,
      message,
      detail,
    });
    open = undefined;
  };
  for (const [, end, tag, attributeText, alone, text] of xml.matchAll(TOKENS)) {
    const attributes = attributesOf(attributeText ?? "");
    if (tag === "testsuite") {
      if (end) suites.pop();
      else if (!alone) suites.push(attributes["name"] ?? "");
    } else if (tag === "testcase" && !end) {
      [open, outcome, message, detail] = [attributes, "passed", "", ""];
      if (alone) close();
    } else if (tag === "testcase") {
      close();
    } else if (tag === "skipped" && !end) {
      [outcome, message] = ["skipped", attributes["message"] ?? ""];
    } else if ((tag === "failure" || tag === "error") && !end) {
      outcome = "failed";
      message = attributes["message"] ?? "";
      detail = unescapeXml(text ?? "").trim() || message || (attributes["type"] ?? "");
    }
  }
  return cases;
}

/** A tag with its attributes (whose values may hold ">") and the text up to the next tag. */
const TOKENS = /<(\/?)([a-z]+)((?:\s+[\w-]+="[^"]*")*)\s*(\/?)>([^<]*)/g;

function attributesOf(text: string): Attributes {
  const pairs = [...text.matchAll(/([\w-]+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, unescapeXml(value)]));
}

const NAMED: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(x?)([0-9a-fA-F]+)|(\w+));/g, (whole, hex, code, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    return String.fromCodePoint(Number.parseInt(code, hex ? 16 : 10));
  });
}
