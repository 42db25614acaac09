import { errorText } from "./command_error.ts";
import type { Decision, FaultDraw } from "./fault_injector.ts";
import { DATA, NUMBERED, REPLY } from "./fault_plan.ts";
import { frameText } from "./frame_text.ts";
import { tamper } from "./frame_tampering.ts";
import type { InjectionLog, InjectionPlace } from "./injection.ts";
import type { FrameTarget, Subscription } from "./subscription.ts";

/** What a {@link FrameDelivery} needs of its connection. */
export interface DeliveryPort {
  /** Queues a text message. */
  send(text: string): void;
  /** Sends half of a message and ends the connection. */
  cut(text: string): void;
  /** Sends and answers nothing any more. */
  silence(): void;
  /** The subscription is over. */
  ended(subscription: Subscription): void;
}

interface DataFrame {
  readonly subscription: Subscription;
  readonly type: string;
  readonly msg: string;
  readonly id: number;
}

interface HeldFrame extends DataFrame {
  readonly seq: number;
  readonly decision: Decision;
}

/** Numbers one connection's frames and sends them, or does to them what the faults ask for. */
export class FrameDelivery implements FrameTarget {
  readonly #connection: number;
  readonly #port: DeliveryPort;
  readonly #log: InjectionLog;
  #faults: FaultDraw | undefined;
  /** Frames that wait to change places with the next one of their subscription. */
  readonly #held = new Map<number, HeldFrame>();

  /** Sends through `port`; faults are decided by `faults` and noted in `log`. */
  constructor(
    connection: number,
    port: DeliveryPort,
    faults: FaultDraw | undefined,
    log: InjectionLog,
  ) {
    this.#connection = connection;
    this.#port = port;
    this.#faults = faults;
    this.#log = log;
  }

  /** Sends a data frame. */
  data(subscription: Subscription, type: string, msg: string, id: number = 0): void {
    if (this.#faults === undefined) {
      const seq = nextSeq(subscription);
      this.#send(subscription, seq, frameText(type, subscription.sid, seq, msg, id));
    } else this.#tryData({ subscription, type, msg, id }, this.#faults);
  }

  /** Sends a reply about `subscription`: numbered when its channel is. `msg` is JSON text. */
  reply(subscription: Subscription, type: string, msg: string | undefined, id: number): void {
    const { sid, channel } = subscription;
    this.#release(sid);
    const decision = this.#faults?.draw(REPLY, channel.name, this.#connection);
    const seq = nextSeq(subscription);
    const text = frameText(type, sid, seq, msg, id);
    if (decision === undefined) this.#send(subscription, seq, text);
    else this.#endConnection(decision, text, place(subscription, seq, type));
  }

  /** Sends a message that carries no sid. */
  plain(text: string, type: string): void {
    const decision = this.#faults?.draw(REPLY, undefined, this.#connection);
    if (decision === undefined) this.#port.send(text);
    else this.#endConnection(decision, text, { what: type });
  }

  /** Ends `subscription` with the error `code`. */
  end(subscription: Subscription, code: number): void {
    this.reply(subscription, "error", JSON.stringify({ code, msg: errorText(code) }), 0);
    this.#port.ended(subscription);
  }

  /** Lets no further fault happen and sends what waits. */
  stopFaults(): void {
    for (const sid of [...this.#held.keys()]) this.#release(sid);
    this.#faults = undefined;
  }

  #send(subscription: Subscription, seq: number, text: string): void {
    subscription.frames++;
    this.#port.send(text);
    if (seq > 0) this.#log.follow(subscription.sid);
  }

  /** Sends `frame` as it is; gives its number. */
  #sendData({ subscription, type, msg, id }: DataFrame): number {
    const seq = nextSeq(subscription);
    this.#send(subscription, seq, frameText(type, subscription.sid, seq, msg, id));
    return seq;
  }

  #tryData(frame: DataFrame, faults: FaultDraw): void {
    const { channel, seq, sid } = frame.subscription;
    const held = this.#held.get(sid);
    if (held !== undefined) {
      this.#held.delete(sid);
      this.#sendData(frame);
      this.#sendHeld(held);
      this.#log.add("reorder", place(held.subscription, held.seq, held.type), true);
      return;
    }
    const scopes = channel.counted && seq > 0 ? NUMBERED : DATA;
    const decision = faults.draw(scopes, channel.name, this.#connection);
    if (decision === undefined) this.#sendData(frame);
    else this.#misbehave(decision, frame);
  }

  #misbehave(decision: Decision, frame: DataFrame): void {
    const { subscription, type, msg, id } = frame;
    const { sid } = subscription;
    const { fault } = decision.rule;
    switch (fault) {
      case "sequence_gap":
        this.#log.add(fault, place(subscription, nextSeq(subscription), type), false);
        return;
      case "duplicate": {
        const seq = this.#sendData(frame);
        this.#send(subscription, seq, frameText(type, sid, seq, msg, id));
        this.#log.add(fault, place(subscription, seq, type), false);
        return;
      }
      case "reorder":
        this.#held.set(sid, { ...frame, seq: nextSeq(subscription), decision });
        return;
      case "seq_restart": {
        // Right after a hole it would hide it, and from 1 to 1 it would look like a duplicate.
        const hidden = subscription.seq < 2 || this.#log.waits(sid);
        if (hidden) decision.revoke();
        else subscription.seq = 0;
        const seq = this.#sendData(frame);
        if (!hidden) this.#log.add(fault, place(subscription, seq, type), false);
        return;
      }
      case "unknown_type": {
        const what = `${type}_v9`;
        const seq = this.#sendData({ ...frame, type: what, id: 0 });
        this.#log.add(fault, place(subscription, seq, what), false);
        this.#sendData(frame);
        return;
      }
      case "renamed_field":
      case "retyped_field":
      case "clock_skew": {
        const { msg: changed, field } = tamper(decision, msg);
        const seq = this.#sendData({ ...frame, msg: changed });
        if (field === undefined) decision.revoke();
        else this.#log.add(fault, { ...place(subscription, seq, type), field }, false);
        return;
      }
      case "slow_reader": {
        const seq = subscription.channel.counted ? subscription.seq + 1 : 0;
        this.#log.add(fault, place(subscription, seq, "error"), false);
        this.end(subscription, 25);
        return;
      }
      default: {
        const seq = nextSeq(subscription);
        const text = frameText(type, sid, seq, msg, id);
        this.#endConnection(decision, text, place(subscription, seq, type));
      }
    }
  }

  /** Sends a frame that waits in its right place after all. */
  #release(sid: number): void {
    const held = this.#held.get(sid);
    if (held === undefined) return;
    this.#held.delete(sid);
    held.decision.revoke();
    this.#sendHeld(held);
  }

  #sendHeld({ subscription, seq, type, msg, id }: HeldFrame): void {
    this.#send(subscription, seq, frameText(type, subscription.sid, seq, msg, id));
  }

  #endConnection({ rule }: Decision, text: string, where: InjectionPlace): void {
    this.#log.add(rule.fault, where, false);
    if (rule.fault === "cut_mid_frame") this.#port.cut(text);
    else this.#port.silence();
  }
}

/** The number that the next frame carries; 0 on a channel without numbers. */
function nextSeq(subscription: Subscription): number {
  return subscription.channel.counted ? ++subscription.seq : 0;
}

function place({ sid }: Subscription, seq: number, what: string): InjectionPlace {
  return seq > 0 ? { sid, seq, what } : { sid, what };
}
