const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Any text for a place between tags or within a quoted attribute. Control characters and lone
 * surrogates, which a file cannot hold or a reader not see, become the replacement character.
 */
export function escapeHtml(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd")
    // deno-lint-ignore no-control-regex
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd")
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}

/** `text` of at most `length` characters, its middle left out when it is longer; not escaped. */
export function shortText(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`;
}
