import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OPCODE, writeHeader } from "./web_socket_frame.ts";
import { WebSocketReader } from "./web_socket_reader.ts";

/** A client's frame: masked. */
function clientFrame(
  opcode: number,
  payload: Uint8Array,
  final: boolean = true,
  mask: readonly number[] = [1, 2, 3, 250],
): Buffer {
  const head = Buffer.alloc(10);
  const size = writeHeader(head, 0, opcode, payload.length);
  head[0] = (final ? 0x80 : 0) | opcode;
  head[1]! |= 0x80;
  const masked = payload.map((byte, i) => byte ^ mask[i % 4]!);
  return Buffer.concat([head.subarray(0, size), Buffer.from(mask), masked]);
}

/** Everything a reader tells, in order. */
function read(chunks: readonly Buffer[]): string[] {
  const told: string[] = [];
  const reader = new WebSocketReader({
    text: (text) => told.push(`text ${text}`),
    binary: () => told.push("binary"),
    ping: (payload) => told.push(`ping ${Buffer.from(payload).toString()}`),
    close: (code) => told.push(`close ${code}`),
    invalid: (code) => told.push(`invalid ${code}`),
  });
  for (const chunk of chunks) reader.read(chunk);
  return told;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

test("Messages come out whole wherever the bytes are cut and however they are fragmented", () => {
  const message = fc.record({
    text: fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constant("x".repeat(70_000)),
      fc.constant("é".repeat(100)),
    ),
    parts: fc.integer({ min: 1, max: 3 }),
    pinged: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(message), fc.array(fc.integer({ min: 1, max: 300 })), (messages, cuts) => {
      const expected: string[] = [];
      const frames: Buffer[] = [];
      for (const { text, parts, pinged } of messages) {
        const bytes = utf8(text);
        const step = Math.ceil(bytes.length / parts);
        for (let part = 0; part < parts; part++) {
          const opcode = part === 0 ? OPCODE.text : OPCODE.continuation;
          const piece = bytes.subarray(part * step, (part + 1) * step);
          frames.push(clientFrame(opcode, piece, part === parts - 1));
          if (pinged && part === 0) frames.push(clientFrame(OPCODE.ping, utf8("now")));
        }
        // A ping may stand between fragments, and is told before the message is whole.
        if (pinged && parts > 1) expected.push("ping now", `text ${text}`);
        else expected.push(`text ${text}`, ...pinged ? ["ping now"] : []);
      }
      const bytes = Buffer.concat(frames);
      const chunks: Buffer[] = [];
      let pos = 0;
      for (const cut of cuts) {
        chunks.push(bytes.subarray(pos, pos + cut));
        pos += cut;
      }
      chunks.push(bytes.subarray(pos));
      assert.deepEqual(read(chunks), expected);
    }),
  );
});

test("Binary messages, pongs and closes are told apart", () => {
  const frames = [
    clientFrame(OPCODE.binary, utf8("x")),
    clientFrame(OPCODE.pong, utf8("y")),
    clientFrame(OPCODE.close, Uint8Array.of(0x03, 0xe8)),
    clientFrame(OPCODE.text, utf8("after the end")),
  ];
  assert.deepEqual(read(frames), ["binary", "close 1000"]);
  assert.deepEqual(read([clientFrame(OPCODE.close, new Uint8Array(0))]), ["close 1005"]);
});

test("What is against the protocol is refused with the code that says why", () => {
  const unmasked = Buffer.alloc(12);
  writeHeader(unmasked, 0, OPCODE.text, 1);
  const compressed = clientFrame(OPCODE.text, utf8("x"));
  compressed[0]! |= 0x40;
  const huge = Buffer.from([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  const cases: [string, Buffer[], string][] = [
    ["unmasked", [unmasked], "invalid 1002"],
    ["compressed", [compressed], "invalid 1002"],
    ["too large", [huge], "invalid 1009"],
    ["not UTF-8", [clientFrame(OPCODE.text, Uint8Array.of(0xff))], "invalid 1007"],
    ["unknown opcode", [clientFrame(3, utf8("x"))], "invalid 1002"],
    ["unknown control opcode", [clientFrame(11, utf8("x"))], "invalid 1002"],
    ["long ping", [clientFrame(OPCODE.ping, new Uint8Array(126))], "invalid 1002"],
    ["fragmented ping", [clientFrame(OPCODE.ping, utf8("x"), false)], "invalid 1002"],
    ["nothing to continue", [clientFrame(OPCODE.continuation, utf8("x"))], "invalid 1002"],
    [
      "a message within another",
      [clientFrame(OPCODE.text, utf8("x"), false), clientFrame(OPCODE.text, utf8("y"))],
      "invalid 1002",
    ],
  ];
  for (const [what, frames, told] of cases) assert.deepEqual(read(frames), [told], what);
});
