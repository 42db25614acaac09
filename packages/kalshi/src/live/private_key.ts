import { createPrivateKey, type KeyObject } from "node:crypto";
import { SsmdError } from "@ssmd/core";

/** Kinds of PEM blocks that hold something else than a key that can sign here, and what to say. */
const WRONG_LABELS: readonly (readonly [RegExp, string])[] = [
  [/PUBLIC KEY$/, "it is a public key; expected the private key of the pair"],
  [/CERTIFICATE( REQUEST)?$/, "it is a certificate; expected a private key"],
  [/^ENCRYPTED PRIVATE KEY$/, "the key is encrypted; expected one without a passphrase"],
  [/^EC (PRIVATE KEY|PARAMETERS)$/, "it is an EC key; expected an RSA or Ed25519 key"],
  [/^DSA PRIVATE KEY$/, "it is a DSA key; expected an RSA or Ed25519 key"],
  [
    /^OPENSSH PRIVATE KEY$/,
    "it is in OpenSSH's format; expected PEM (for RSA: ssh-keygen -p -m PEM -f FILE)",
  ],
];

const PRIVATE_LABELS = ["RSA PRIVATE KEY", "PRIVATE KEY"];
const BEGIN = /-----BEGIN ([A-Z0-9 ]+)-----/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Reads a private key that can sign for Kalshi: RSA (PKCS#1 or PKCS#8) or Ed25519 (PKCS#8). The text
 * may be quoted, indented, have CRLF or the two characters `\n` for line ends, or spaces where line
 * ends were. Throws `SsmdError` `invalid_input` that says what the text is instead, with no part of
 * it and without a `cause`: an error of the runtime's crypto library might quote the key.
 */
export function parsePrivateKey(text: string): KeyObject {
  const { label, body } = blockOf(normalise(text));
  const der = derOf(body);
  let key: KeyObject;
  try {
    key = createPrivateKey({
      key: der,
      format: "der",
      type: label === "RSA PRIVATE KEY" ? "pkcs1" : "pkcs8",
    });
  } catch {
    throw refused("its content is no such key, or damaged");
  }
  const type = key.asymmetricKeyType;
  if (type === "rsa" || type === "ed25519") return key;
  throw refused(`it is ${nameOf(type)} key; expected an RSA or Ed25519 key`);
}

/** Undoes what environment files, YAML and shells do to line ends. */
function normalise(text: string): string {
  return text.replace(/\\+[rn]/g, "\n").replace(/^[\s"'\uFEFF]+|[\s"']+$/g, "");
}

function blockOf(text: string): { label: string; body: string } {
  const labels = [...text.matchAll(BEGIN)].map((match) => match[1]!);
  if (labels.length === 0) throw refused(whatInstead(text));
  const own = labels.filter((label) => PRIVATE_LABELS.includes(label));
  if (own.length > 1) throw refused(`it holds ${own.length} private keys; expected one`);
  const label = own[0];
  if (label === undefined) {
    const found = labels.find((name) => name.includes("PRIVATE")) ?? labels[0]!;
    const why = WRONG_LABELS.find(([pattern]) => pattern.test(found))?.[1];
    throw refused(why ?? "it is a PEM of another kind; expected a private key");
  }
  const start = text.indexOf(`-----BEGIN ${label}-----`) + `-----BEGIN ${label}-----`.length;
  const end = text.indexOf(`-----END ${label}-----`, start);
  if (end < 0) throw refused("its END line is missing; the text was cut");
  return { label, body: text.slice(start, end) };
}

function derOf(body: string): Buffer {
  if (/Proc-Type:|DEK-Info:/.test(body)) {
    throw refused("the key is encrypted; expected one without a passphrase");
  }
  const base64 = body.replace(/\s+/g, "");
  if (!BASE64.test(base64)) throw refused("its base64 text is empty or has other characters");
  if (base64.length % 4 !== 0) throw refused("its base64 text is cut");
  const der = Buffer.from(base64, "base64");
  const stated = sequenceLength(der);
  if (stated === undefined) throw refused("its content is no such key, or damaged");
  if (stated !== der.length) {
    throw refused(`it has ${der.length} bytes where its own length says ${stated}; lines are lost`);
  }
  return der;
}

/** Bytes of the DER sequence that `der` begins with, header included. */
function sequenceLength(der: Uint8Array): number | undefined {
  const first = der[1];
  if (der[0] !== 0x30 || first === undefined) return undefined;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > 4 || der.length < 2 + count) return undefined;
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + der[2 + i]!;
  return 2 + count + length;
}

function whatInstead(text: string): string {
  const expected = "expected a private key from -----BEGIN to -----END";
  if (text === "") return `it is empty; ${expected}`;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) {
    return `it looks like a key id; ${expected}`;
  }
  if (/^MII|^MC4C/.test(text)) return `its BEGIN and END lines are missing; ${expected}`;
  if (/^(~|\.{0,2}\/|[A-Za-z]:\\)|\.(pem|key|txt)$/.test(text) && text.length < 300) {
    return `it looks like the path of a file; ${expected}, or give the path as a path`;
  }
  return `it is no PEM; ${expected}`;
}

function nameOf(type: string | undefined): string {
  if (type === "ec") return "an EC";
  return type === undefined ? "an unknown kind of" : `a ${type}`;
}

function refused(why: string): SsmdError {
  return new SsmdError("invalid_input", `Cannot use the text as a private key: ${why}`);
}
