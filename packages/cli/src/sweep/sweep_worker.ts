/**
 * A thread of `ssmd sweep`. It is an entry of its own, because a worker starts from a file; it is
 * not meant to be imported.
 * @module
 */
import { messageOf, SsmdError } from "@ssmd/core";
import { parentPort } from "node:worker_threads";
import { LocalRunner } from "./local_runner.ts";
import type { PassAnswer, PassOrder, SentError } from "./sweep_messages.ts";

function answer(message: PassAnswer): void {
  parentPort?.postMessage(message);
}

function sentError(error: unknown): SentError {
  const { message, stack } = error instanceof Error ? error : new Error(messageOf(error));
  return {
    message,
    ...(error instanceof SsmdError ? { code: error.code } : {}),
    ...(stack === undefined ? {} : { stack }),
  };
}

let runner: LocalRunner | undefined;

parentPort?.on("message", ({ source, pass }: PassOrder) => {
  runner ??= new LocalRunner(source);
  runner.run(pass, (share) => answer({ type: "progress", share })).then(
    (trials) => answer({ type: "finished", trials }),
    (error) => answer({ type: "failed", error: sentError(error) }),
  );
});
