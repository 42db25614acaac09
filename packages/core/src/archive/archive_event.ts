/** What an archive's writer did beside writing, for a log. Paths are relative to the root. */
export type ArchiveEvent =
  /** A file was sealed; `gaps` counts its gap lines that stand for something missing. */
  | {
    readonly type: "sealed";
    readonly path: string;
    readonly records: number;
    readonly gaps: number;
  }
  /** The unfinished last line of an open file was cut off after a crash. */
  | { readonly type: "torn_line_cut"; readonly path: string; readonly bytes: number }
  /** An open file was removed because a sealed file already holds its lines. */
  | { readonly type: "open_file_completed"; readonly path: string; readonly sealedAs: string }
  /** A sealed file was entered in its day's manifest. */
  | { readonly type: "manifest_entry_added"; readonly path: string }
  /** A sealed file cannot be read; it was left alone. `repair` salvages it. */
  | { readonly type: "unreadable"; readonly path: string; readonly reason: string }
  /** The lock of a process that is gone was taken over. */
  | { readonly type: "lock_taken_over"; readonly path: string; readonly from: string }
  /** An import that was interrupted before it was committed left files behind; they were removed. */
  | { readonly type: "import_discarded"; readonly path: string }
  /** An import that was interrupted while it was committed has been completed. */
  | { readonly type: "import_completed"; readonly path: string };
