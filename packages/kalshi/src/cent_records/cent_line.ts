import { CentRecordKind } from "@ssmd/core";
import { isObject } from "../wire/json_object.ts";
import { type CentColumns, centKind } from "./cent_columns.ts";
import { CENT_FIELDS, CentColumn, MARKET_FIELD, SIDE_FIELDS } from "./cent_fields.ts";
import { centNumber } from "./cent_number.ts";

/** What a line turned out to be: a row, or no row and why. */
export type CentLine = "parsed" | "withoutMarket" | "withoutMessage" | "parseErrors";

/** Adds the record in the text of one line to `columns`, which have room for it. */
export function readCentLine(text: string, columns: CentColumns): CentLine {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The caller counts it.
    return "parseErrors";
  }
  const msg = isObject(json) ? json["msg"] : undefined;
  if (!isObject(json) || !isObject(msg)) return "withoutMessage";
  const ticker = msg[MARKET_FIELD];
  if (typeof ticker !== "string" || ticker === "") return "withoutMarket";
  const kind = centKind(json["type"]);
  const row = columns.add(kind, columns.intern(ticker));
  for (const [name, { column, shift }] of CENT_FIELDS) {
    if (kind === CentRecordKind.other && column !== CentColumn.ts) continue;
    const at = column * columns.capacity + row;
    const number = centNumber(msg[name], shift);
    // Where a column has no value its number is NaN, but that of a time is 0.
    if (column === CentColumn.ts) columns.numbers[at] = Number.isNaN(number) ? 0 : number;
    else if (Number.isNaN(columns.numbers[at])) columns.numbers[at] = number;
  }
  if (kind !== CentRecordKind.other) columns.side[row] = sideOf(msg);
  return "parsed";
}

function sideOf(msg: { readonly [name: string]: unknown }): number {
  for (const name of SIDE_FIELDS) {
    const side = msg[name];
    if (side === undefined || side === null || side === "") continue;
    return side === "yes" ? 1 : side === "no" ? 2 : 0;
  }
  return 0;
}
