/**
 * What ssmd knows of Kalshi: its wire format and sequence numbers, tickers, market objects and their
 * settlement, fees, and a generator of sessions in Kalshi's own formats.
 *
 * Every line here is public API.
 * @module
 */
export {
  CENT_RULES,
  type CentCounts,
  CentRecordReader,
  type CentRecordReaderOptions,
} from "./cent_records/cent_record_reader.ts";
export { KalshiDecoder, type KalshiDecoderOptions } from "./decoder.ts";
export type {
  EventFeeChange,
  EventObject,
  SeriesFeeChange,
  SeriesObject,
  StatedFee,
} from "./fee_objects.ts";
export type { FeeRounding } from "./fee_rounding.ts";
export { FeeSchedule, type FeeSources, type FeeType, type MarketFees } from "./fee_schedule.ts";
export type { GeneratedLevels } from "./generator/generated_book.ts";
export type { GeneratedGap } from "./generator/frame_writer.ts";
export { kalshiFees } from "./kalshi_fees.ts";
export { type CatalogCounts, MarketCatalog } from "./market_catalog.ts";
export type { MarketObject } from "./market_object.ts";
export { type MarketObjects, parseMarketObjects } from "./market_objects.ts";
export { KalshiSequence, type KalshiSequenceOptions } from "./sequence.ts";
export type { GeneratedLadders, SessionFacts } from "./generator/session_run.ts";
export {
  type GeneratedSession,
  generateSession,
  type SessionOptions,
} from "./session_generator.ts";
export { checkTicker, escapeForPath, isTicker, unescapeFromPath } from "./ticker.ts";
export type { MarketLifecycle, PriceRange } from "./wire/market_lifecycle.ts";
