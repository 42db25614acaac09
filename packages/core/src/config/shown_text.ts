/**
 * Text of a file in a message: on one line, short, and never a secret.
 * @module
 */

const LONGEST = 40;

/**
 * `text` in quotes for a message: what could break the line is escaped, what is long is cut. Of
 * what looks like a key, a token or an address with a password only the length is told.
 */
export function showText(text: string): string {
  if (looksSecret(text)) return `a text of ${text.length} characters that is not shown`;
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return `"${oneLine(cut.replace(/["\\]/g, "\\$&"))}"`;
}

/** `text` with everything escaped that could break a line or hide in it. */
export function oneLine(text: string): string {
  return text.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => character === "\n" ? "\\n" : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/** Errs on the side of hiding: a long word, a UUID, PEM armour, an address with `@`. */
function looksSecret(text: string): boolean {
  return text.includes("-----") || /^[A-Za-z0-9+/=_.-]{32,}$/.test(text) ||
    /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i.test(text) || /:\/\/[^/]*@/.test(text);
}
