import type { RowFact } from "./row_fact.ts";

/** What a finding is about. */
export type QualityFact =
  | RowFact
  /** Files that cannot be read to their end. */
  | "damagedFiles"
  /** Files that a manifest lists and that are not there. */
  | "absentFiles"
  /** Lines lost with damaged and absent files. */
  | "lostRecords"
  /** The day's manifest cannot be read. */
  | "damagedManifest"
  /** Files with the content of an earlier one. */
  | "identicalFiles"
  /** Files in a day with a manifest that does not list them. */
  | "unlistedFiles"
  /** Lines that are no JSON object. */
  | "malformed"
  /** Lines that were too long to be read. */
  | "tooLong"
  /** Gaps for which something is missing that was asked for. */
  | "gaps"
  /** Pauses of more than 30 minutes between files. */
  | "fileGaps"
  /** Less than 99 % of the market time is covered. */
  | "lowCoverage"
  /** Lines received before the line above. */
  | "receiveTimeBack"
  /** Lines whose time lies in another day. */
  | "otherDay"
  /** Frames that came twice. */
  | "duplicates"
  /** Known fields with a value that cannot be used. */
  | "invalidFields"
  /** Half of the frames or more came before they were sent. */
  | "clockBehind"
  /** More than 1 % of the frames came later than 10 seconds. */
  | "oldMessages"
  /** Frames of unknown types. */
  | "unknownTypes"
  /** Frames with unknown fields. */
  | "unknownFields"
  /** Damaged files whose lines were salvaged. */
  | "salvagedFiles"
  /** Files still being written. */
  | "openFiles"
  /** Files without a line. */
  | "emptyFiles"
  /** Days whose files no manifest describes. */
  | "noManifest"
  /** Lines without a receive time of ours. */
  | "exchangeClock"
  /** Markets that were left on purpose. */
  | "unsubscribed";
