import type { Decoder } from "../decoder.ts";
import { exchangeTime } from "../lines/exchange_time.ts";
import type { FrameClock } from "../lines/line_cursor.ts";

/** How the exchange's time of frames is found that `decoder` is given next. */
export function clockOf(decoder: Decoder): FrameClock {
  if (decoder.exchangeTime === undefined) return exchangeTime;
  return (data, start, end) => decoder.exchangeTime!(data, start, end);
}
