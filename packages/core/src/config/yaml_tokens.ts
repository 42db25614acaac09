import { CST, Lexer, Parser } from "yaml";

/** Nested lists and mappings that a document may have. */
export const MAX_DEPTH = 32;

/** Pieces of syntax in a document; some 30,000 tickers in a list. */
const MAX_LEXEMES = 200_000;

/** Where and why a document is refused. */
export interface TokenRefusal {
  /** Characters before the place. */
  readonly offset: number;
  /** What is there, as a part of a sentence. */
  readonly problem: string;
}

/** Things of YAML that no configuration needs, by their token. */
const REFUSED: Partial<Record<CST.TokenType, string>> = {
  anchor: "an anchor (&), which is not allowed",
  alias: "an alias (*), which is not allowed; quote a text that begins with *",
  tag: "a tag (!), which is not allowed; quote a text that begins with !",
  "directive-line": "a directive (%), which is not allowed",
};

/**
 * The syntax of one document, or why it is refused. This happens token by token, before anything is
 * built: an alias is never followed, and nesting ends at {@link MAX_DEPTH}. Composing deep nesting
 * runs out of stack inside a regular expression, which ends a Node process without an exception.
 */
export function readTokens(text: string): readonly CST.Token[] | TokenRefusal {
  const invisible = findInvisible(text);
  if (invisible !== undefined) return invisible;
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  let inScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    const offset = parser.offset;
    const type = inScalar ? null : CST.tokenType(lexeme);
    const problem = type === null ? undefined : REFUSED[type];
    if (problem !== undefined) return { offset, problem };
    inScalar = lexeme === CST.SCALAR;
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_DEPTH + 1) {
      return { offset, problem: `more than ${MAX_DEPTH} levels of nesting` };
    }
    if (++lexemes > MAX_LEXEMES) return { offset, problem: "the document is too long" };
  }
  for (const token of parser.end()) tokens.push(token);
  const second = tokens.filter((token) => token.type === "document")[1];
  if (second === undefined) return tokens;
  return { offset: second.offset, problem: "a second document, where one is expected" };
}

/** Tabs and control characters: nobody sees them, and YAML gives some of them a meaning. */
function findInvisible(text: string): TokenRefusal | undefined {
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (code === 0x09) return { offset, problem: "a tab; indent with spaces, write \\t in quotes" };
    const newline = code === 0x0a || (code === 0x0d && text.charCodeAt(offset + 1) === 0x0a);
    if ((code < 0x20 && !newline) || code === 0x7f || code === 0xfeff) {
      return { offset, problem: `the control character U+${code.toString(16).padStart(4, "0")}` };
    }
  }
  return undefined;
}
