/**
 * Secrets by reference: configuration says where a secret is, never what it is.
 * @module
 */
import { oneLine } from "./shown_text.ts";

/** Where a secret is: in an environment variable, or all of a file's text. */
export type SecretReference =
  | {
    /** An environment variable. */
    readonly kind: "env";
    /** The variable's name. */
    readonly name: string;
  }
  | {
    /** A file. */
    readonly kind: "file";
    /** The file's path as written; who reads it decides what it is relative to. */
    readonly path: string;
  };

/** What a reference looks like, for messages. */
export const REFERENCE_FORM = "env:NAME or file:PATH";

/**
 * The references in `source`, separated by commas; one without `env:` or `file:` takes that of the
 * one before it, so `env:A,B` and `env:A,file:key.pem` are two each. `undefined` when any of it is
 * not a reference, which may mean that it is a secret.
 */
export function parseReferences(source: string): readonly SecretReference[] | undefined {
  const references: SecretReference[] = [];
  let scheme: string | undefined;
  for (const part of source.split(",")) {
    const match = /^(?:(env|file):)?(.*)$/s.exec(part.trim());
    scheme = match?.[1] ?? scheme;
    const reference = referenceTo(scheme, match?.[2] ?? "");
    if (reference === undefined) return undefined;
    references.push(reference);
  }
  return references;
}

/** `env:NAME` or `file:PATH`, as one line. */
export function formatReference(reference: SecretReference): string {
  return reference.kind === "env" ? `env:${reference.name}` : `file:${oneLine(reference.path)}`;
}

function referenceTo(scheme: string | undefined, target: string): SecretReference | undefined {
  if (scheme === "env" && /^[A-Za-z_]\w{0,127}$/.test(target)) return { kind: "env", name: target };
  // A path of many lines, or one that is PEM, is a key that was pasted behind `file:`.
  const isPath = target !== "" && target.length < 4096 && !/[\r\n]|-----/.test(target);
  return scheme === "file" && isPath ? { kind: "file", path: target } : undefined;
}
