import { SIDE_NO, SIDE_YES } from "@ssmd/core";
import { isTicker } from "../ticker.ts";
import { readDecimal } from "./decimal.ts";
import { readTime } from "./event_time.ts";
import type { Frame } from "./frame.ts";
import type { Field } from "./frame_type.ts";
import { FRAME_TYPES, UNKNOWN_TYPE } from "./frame_types.ts";
import { isObject, type JsonObject } from "./json_object.ts";

/** Stands for the type of a frame that names none. */
const NO_TYPE = "(none)";

/** Reads any frame through `JSON.parse`, field by field: one odd value never costs the others. */
export class FrameReader {
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });

  /** Fills `frame` from `data[start, end)`. False when that is not a JSON object in UTF-8. */
  read(data: Uint8Array, start: number, end: number, frame: Frame): boolean {
    const json = this.#parse(data.subarray(start, end));
    if (!isObject(json)) return false;
    const name = typeof json["type"] === "string" ? json["type"] : NO_TYPE;
    const type = FRAME_TYPES.get(name) ?? UNKNOWN_TYPE;
    const msg = json["msg"];
    frame.begin(type, name, []);
    frame.json = json;
    readMembers(json, type.envelope, "^", frame);
    if (isObject(msg)) readMembers(msg, type.fields, "", frame);
    else if (type.needsMsg) frame.noteInvalid("^msg");
    frame.places = type.places(frame.usable);
    return true;
  }

  #parse(bytes: Uint8Array): unknown {
    try {
      return JSON.parse(this.#utf8.decode(bytes));
    } catch {
      // Neither UTF-8 nor JSON: the caller counts it, like JSON that is no object.
      return undefined;
    }
  }
}

function readMembers(
  from: JsonObject,
  fields: ReadonlyMap<string, Field>,
  prefix: string,
  frame: Frame,
): void {
  for (const key of Object.keys(from)) {
    const field = fields.get(key);
    if (field !== undefined) {
      if (!readField(field, from[key], frame)) frame.noteInvalid(field.path);
    } else if (frame.type !== UNKNOWN_TYPE) {
      frame.unknown.push(`${frame.typeName}.${prefix}${key}`);
    }
  }
}

/** Notes the value of `field` in `frame`. False when it cannot be used. */
function readField(field: Field, value: unknown, frame: Frame): boolean {
  switch (field.form) {
    case "unread":
      return true;
    case "ticker":
      if (typeof value !== "string" || !isTicker(value)) return false;
      frame.marketName = value;
      return true;
    case "decimal": {
      if (value === "" && field.mayBeEmpty) {
        frame.set(field.index, NaN);
        return true;
      }
      const decimal = readDecimal(value, field);
      return !Number.isNaN(decimal) && setValue(frame, field, decimal);
    }
    case "time": {
      const time = readTime(value);
      return !Number.isNaN(time) && setValue(frame, field, time);
    }
    case "side":
      if (value !== "yes" && value !== "no") return false;
      return setValue(frame, field, value === "yes" ? SIDE_YES : SIDE_NO);
    case "flag":
      return typeof value === "boolean" && setValue(frame, field, value ? 1 : 0);
    case "ladder":
      if (frame.ladder(field.index).fill(value, field)) {
        return setValue(frame, field, 0);
      }
      frame.brokenLadders |= 1 << field.index;
      return false;
  }
}

function setValue(frame: Frame, field: Field, value: number): boolean {
  frame.set(field.index, value);
  return true;
}
