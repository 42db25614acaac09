import type { ArchiveFile } from "../archive/archive_catalog.ts";
import type { EpochMicros } from "../clock.ts";
import type { FileQuality } from "./quality_report.ts";

/** What is counted of one file. */
export class FileTally {
  /** Its path from the archive's root. */
  readonly path: string;
  /** See {@link FileQuality.state}. */
  readonly state: FileQuality["state"];
  /** Whether a manifest of ours describes it. */
  readonly listed: boolean;
  /** Lines that the manifest claims; `undefined` without one. */
  readonly claimed: number | undefined;
  /** Lines read. */
  records = 0;
  /** Lines that are no JSON object. */
  malformed = 0;
  /** Lines that were too long. */
  tooLong = 0;
  /** Lines without a receive time of ours. */
  withoutReceiveTime = 0;
  /** Lines whose receive time lies before that of the line above. */
  receiveTimeBack = 0;
  /** Lines whose time does not lie in the folder's day. */
  otherDay = 0;
  /** Receive time of the line above; −Infinity before the first. */
  lastReceived: EpochMicros = -Infinity;
  /** Why the rest cannot be read. */
  damage: string | undefined;
  /** Lines lost, when that is known. */
  lostRecords: number | undefined;
  /** The first moment that may be lost. */
  lostFrom: EpochMicros | undefined;
  /** The path of another file with the same content. */
  identicalTo: string | undefined;

  private constructor(
    path: string,
    state: FileQuality["state"],
    listed: boolean,
    claimed: number | undefined,
  ) {
    this.path = path;
    this.state = state;
    this.listed = listed;
    this.claimed = claimed;
  }

  /** Nothing was read yet of a file that exists. */
  static of(file: ArchiveFile): FileTally {
    const state = file.supersededBy === undefined ? file.state : "salvaged";
    const tally = new FileTally(file.path, state, file.entry !== undefined, file.entry?.records);
    if (file.supersededBy !== undefined) {
      tally.damage = `what could be read of it is in ${file.supersededBy}`;
    }
    return tally;
  }

  /** A file that a manifest lists with `claimed` lines, and that is not there. */
  static absent(path: string, claimed: number): FileTally {
    const tally = new FileTally(path, "absent", true, claimed);
    tally.damage = "the manifest lists this file and it is not there";
    tally.lostRecords = claimed;
    return tally;
  }

  /** Whether lines that were stored in it cannot be read any more, from here or elsewhere. */
  get isUnreadable(): boolean {
    return this.damage !== undefined && this.state !== "salvaged";
  }

  /** The file as plain data. */
  report(): FileQuality {
    return {
      path: this.path,
      state: this.state,
      listed: this.listed,
      records: this.records,
      malformed: this.malformed,
      tooLong: this.tooLong,
      withoutReceiveTime: this.withoutReceiveTime,
      receiveTimeBack: this.receiveTimeBack,
      otherDay: this.otherDay,
      ...(this.damage === undefined ? {} : { damage: this.damage }),
      ...(this.lostRecords === undefined ? {} : { lostRecords: this.lostRecords }),
      ...(this.lostFrom === undefined ? {} : { lostFrom: this.lostFrom }),
      ...(this.identicalTo === undefined ? {} : { identicalTo: this.identicalTo }),
    };
  }
}
