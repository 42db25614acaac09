import { messageOf, SsmdError } from "@ssmd/core";
import type { Worker } from "node:worker_threads";
import { startSweepWorker } from "./start_worker.ts";
import type { PassAnswer, PassOrder, SentError } from "./sweep_messages.ts";
import type { PassProgress, PassRunner, SweepPass } from "./sweep_pass.ts";
import type { SweepSource } from "./sweep_source.ts";
import type { LoggedTrial } from "./trial_log.ts";

/** Runs passes on a thread of its own, which the first pass starts and {@link close} ends. */
export class ThreadRunner implements PassRunner {
  readonly #source: SweepSource;
  #worker: Worker | undefined;
  #fail: (error: Error) => void = () => {};
  #dead: Error | undefined;

  /** Nothing is started yet. */
  constructor(source: SweepSource) {
    this.#source = source;
  }

  /** Rejects with what the thread threw, or with why it is gone. */
  async run(pass: SweepPass, onProgress: PassProgress): Promise<readonly LoggedTrial[]> {
    if (this.#dead !== undefined) throw this.#dead;
    const worker = this.#worker ??= this.#start();
    let hear: (answer: PassAnswer) => void = () => {};
    try {
      return await new Promise((resolve, reject) => {
        this.#fail = reject;
        hear = (answer) => {
          if (answer.type === "progress") onProgress(answer.share);
          else if (answer.type === "finished") resolve(answer.trials);
          else reject(receivedError(answer.error));
        };
        worker.on("message", hear);
        const order: PassOrder = { source: this.#source, pass };
        worker.postMessage(order);
      });
    } finally {
      worker.off("message", hear);
      this.#fail = () => {};
    }
  }

  /** Ends the thread, in the middle of a pass if need be. */
  async close(): Promise<void> {
    this.#end(died("it was stopped"));
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = startSweepWorker();
    worker.on("error", (error) => this.#end(died(messageOf(error), error)));
    worker.on("messageerror", (error) => this.#end(died(messageOf(error), error)));
    worker.on("exit", (code) => this.#end(died(`exit code ${code}`)));
    return worker;
  }

  #end(error: Error): void {
    this.#dead ??= error;
    this.#fail(this.#dead);
  }
}

function died(why: string, cause?: unknown): Error {
  return new Error(`Cannot go on with the sweep: a thread of it ended: ${why}`, { cause });
}

function receivedError({ message, code, stack }: SentError): Error {
  const error = code === undefined ? new Error(message) : new SsmdError(code, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
