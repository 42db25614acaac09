/**
 * The parts of ssmd that know no exchange: exact units, event batches, order books, the archive,
 * its proof and its replay. Runs anywhere; what needs files is in `@ssmd/core/fs`.
 *
 * Every line here is public API.
 * @module
 */
export { type DayRange, selectDays, type SelectedDays } from "./archive/selected_days.ts";
export { type ArchiveFile, type ArchiveStream, readCatalog } from "./archive/archive_catalog.ts";
export type { ArchiveEvent } from "./archive/archive_event.ts";
export { archiveFingerprint, type FingerprintSource } from "./archive/archive_fingerprint.ts";
export { ArchiveLineReader, type LineKind } from "./lines/archive_line_reader.ts";
export { ArchiveLines } from "./replay/archive_lines.ts";
export type { ArchiveLinesOptions } from "./replay/archive_lines_options.ts";
export { isPlainName, type StreamName } from "./archive/archive_names.ts";
export { Archiver, type ArchiverOptions } from "./archive/archiver.ts";
export { ArchiveSink, type ArchiveSinkOptions } from "./capture/archive_sink.ts";
export { CentRecordKind, type CentRecords } from "./cent_records.ts";
export { backoffMs, type BackoffPolicy } from "./capture/backoff.ts";
export { capture } from "./capture/capture.ts";
export type { CaptureRecord } from "./capture/capture_record.ts";
export type { BufferHealth, CaptureHealth, CaptureStage } from "./capture/capture_health.ts";
export {
  type Capture,
  type CaptureOptions,
  type CaptureSummary,
  type OverflowPolicy,
  RING_BYTES,
} from "./capture/capture_options.ts";
export type {
  ConnectionHealth,
  Connector,
  ConnectorHandlers,
  ConnectorHealth,
  ConnectorStatus,
  Delivery,
} from "./capture/connector.ts";
export type { OverflowCounts } from "./capture/overflow_ledger.ts";
export type { Durable, FrameFigures, Sink, SinkHandlers, SinkState } from "./capture/sink.ts";
export { LineLog } from "./storage/line_log.ts";
export { MetricsRegistry } from "./metrics_registry.ts";
export { RingBuffer, type RingCounters } from "./ring/ring_buffer.ts";
export type { RingVisitor } from "./ring/ring_reader.ts";
export type { SentMessage } from "./sent_message.ts";
export { BookSet } from "./book/book_set.ts";
export type { BookLevel, BookView } from "./book/book_view.ts";
export { type Candle, CandleBuilder, type CandleOptions, candles } from "./trades/candles.ts";
export {
  type Clock,
  type EpochMicros,
  ManualClock,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  SystemClock,
} from "./clock.ts";
export type { Coverage } from "./replay/coverage.ts";
export type {
  CacheableDecoder,
  DecodeCounts,
  DecodedPart,
  Decoder,
  DecoderBranch,
  FrameSession,
} from "./decoder.ts";
export { messageOf, SsmdError, type SsmdErrorCode } from "./errors.ts";
export { EventBatch } from "./events/event_batch.ts";
export {
  EventKind,
  FLAG_BLOCK_TRADE,
  FLAG_LAST,
  NO_MARKET,
  NO_PRICE,
  SIDE_NO,
  SIDE_NONE,
  SIDE_YES,
} from "./events/event_kind.ts";
export { typeOfLine } from "./archive/file_summary.ts";
export type { FeeModel, Liquidity, OrderFees } from "./fees.ts";
export {
  divideHalfEven,
  formatMoney,
  formatPrice,
  formatQuantity,
  type Money,
  MONEY_DECIMALS,
  notional,
  ONE_DOLLAR,
  parseMoney,
  parsePrice,
  parseQuantity,
  type Price,
  PRICE_DECIMALS,
  type Quantity,
  QUANTITY_DECIMALS,
  tryParseDecimal,
} from "./fixed_point.ts";
export { fflateGzip } from "./storage/fflate_gzip.ts";
export { exchangeTime } from "./lines/exchange_time.ts";
export { frameMarket } from "./lines/frame_market.ts";
export type { Gap, GapReason, LossReason } from "./gap.ts";
export type { SyncPolicy } from "./archive/journal.ts";
export type {
  Manifest,
  ManifestFile,
  ReceiveClock,
  SequenceCoverage,
  SessionRange,
} from "./archive/manifest.ts";
export type { EventKindName, MarketEvent, Side } from "./events/market_event.ts";
export type { KnownClose, MarketInfo, Settlement, SettlementSource } from "./market_info.ts";
export { CentFileCache, type DecodedCents } from "./cache/cent_file_cache.ts";
export { MemoryCache } from "./cache/memory_cache.ts";
export { MemoryStorage } from "./storage/memory_storage.ts";
export { type MetricLabels, type Metrics, silentMetrics } from "./metrics.ts";
export { type Quote, QUOTE_FIELDS, QuoteColumns, type QuoteField } from "./events/quote_columns.ts";
export { type Tape } from "./import/open_tape.ts";
export { OrderBook, type SavedBook, type StaleReason } from "./book/order_book.ts";
export type { RawMessage } from "./raw_message.ts";
export {
  repairArchive,
  type RepairOptions,
  type RepairReport,
  type SalvagedFile,
} from "./archive/repair.ts";
export type { CacheCounts, CachedBytes, CacheWriter, ReplayCache } from "./cache/replay_cache.ts";
export { countFailure, emptyCacheCounts } from "./cache/replay_cache.ts";
export { Replay, type ReplayOptions } from "./replay/replay.ts";
export type { ArchiveSource } from "./archive/open_content.ts";
export type { ReplayRun, TimeRange } from "./replay/replay_plan.ts";
export type { SequenceCheck, SequenceVerdict } from "./sequence_check.ts";
export type {
  AppendFile,
  ArchiveIo,
  ByteStream,
  GzipCodec,
  Hasher,
  JournalStorage,
  ReadOptions,
  Storage,
  StoredFile,
  StreamLock,
  WriteOptions,
} from "./storage/storage.ts";
export { type EventStream, stream, type StreamOptions } from "./capture/stream.ts";
export { SymbolTable } from "./events/symbol_table.ts";
export type { ImportedFile } from "./import/import_log.ts";
export type { ImportReport, TapeReport } from "./import/import_report.ts";
export { type ImportOptions, importTapes } from "./import/tape_import.ts";
export type { ReadingOptions } from "./import/tape_reading.ts";
export { formatIsoTime, parseIsoTime, tryParseDuration, utcDate, utcMinute } from "./time_text.ts";
export {
  type ArchiveProblem,
  verifyArchive,
  type VerifyOptions,
  type VerifyReport,
} from "./archive/verify.ts";
export { vwap, VwapBuilder, type VwapOptions } from "./trades/vwap.ts";
export { checkQuality, type QualityOptions, type QualitySource } from "./quality/check_quality.ts";
export type {
  CoverageQuality,
  DayQuality,
  FileGap,
  FileQuality,
  GapQuality,
  MarketQuality,
  MessageAge,
  QualityFinding,
  QualityReport,
  QualityVerdict,
  StreamQuality,
  UntrustedReason,
} from "./quality/quality_report.ts";
export type { QualityFact } from "./quality/quality_fact.ts";
export { ROW_FACTS, type RowFact } from "./quality/row_fact.ts";
