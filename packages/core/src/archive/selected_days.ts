import { isDateFolder } from "./archive_names.ts";
import { MICROS_PER_DAY } from "../clock.ts";
import { SsmdError } from "../errors.ts";
import type { ByteStream, Storage, StoredFile } from "../storage/storage.ts";
import { parseIsoTime, utcDate } from "../time_text.ts";

/** A longer range is a mistyped year, and would be reported day by day. */
const MOST_DAYS = 36_525;

/** Which days of an archive are wanted, as `YYYY-MM-DD` in UTC. */
export interface DayRange {
  /** The first day. Default: the first that there is. */
  readonly from?: string;
  /** The last day, included. Default: the last that there is. */
  readonly to?: string;
  /** Exactly these days, instead of a range. */
  readonly dates?: readonly string[];
}

/** The days of an archive that are wanted. */
export interface SelectedDays {
  /** The archive's storage, as if it held these days' folders only; for reading. */
  readonly storage: Storage;
  /** Wanted days that have a file, ascending. */
  readonly present: readonly string[];
  /** Wanted days without any file, ascending; of an open range those between days that have one. */
  readonly missing: readonly string[];
}

/**
 * Chooses the folders of an archive's days: `{…}/{YYYY-MM-DD}/…`, by their names. Throws `SsmdError`
 * `invalid_input` for a day that does not exist, a range that ends before it begins or is longer than
 * 100 years, and days given in both ways.
 */
export async function selectDays(storage: Storage, wanted: DayRange): Promise<SelectedDays> {
  const { from, to, dates } = checked(wanted);
  const isWanted = (day: string) =>
    dates === undefined ? day >= (from ?? "") && day <= (to ?? "9999-12-31") : dates.includes(day);
  const found = new Set<string>();
  for (const { path } of await storage.list("")) {
    const day = dayOf(path);
    if (day !== undefined && isWanted(day)) found.add(day);
  }
  const present = [...found].sort();
  const all = dates === undefined
    ? daysBetween(from ?? present[0], to ?? present.at(-1))
    : [...new Set(dates)].sort();
  return {
    storage: new DayStorage(storage, isWanted),
    present,
    missing: all.filter((day) => !found.has(day)),
  };
}

function checked(range: DayRange): DayRange {
  const { from, to, dates } = range;
  if (dates !== undefined && (from !== undefined || to !== undefined)) {
    throw new SsmdError(
      "invalid_input",
      "Cannot choose days: give a range or single days, not both",
    );
  }
  for (const day of [from, to, ...dates ?? []]) {
    if (day === undefined || isDay(day)) continue;
    throw new SsmdError(
      "invalid_input",
      `Cannot read ${JSON.stringify(day)} as a day: expected YYYY-MM-DD`,
    );
  }
  if (from !== undefined && to !== undefined && from > to) {
    throw new SsmdError("invalid_input", `Cannot choose the days from ${from} to ${to}: none`);
  }
  return range;
}

function isDay(text: string): boolean {
  return isDateFolder(text) && parseIsoTime(`${text}T00:00:00Z`) !== undefined;
}

function daysBetween(first: string | undefined, last: string | undefined): string[] {
  if (first === undefined || last === undefined) return [];
  const days: string[] = [];
  const begin = parseIsoTime(`${first}T00:00:00Z`)!;
  const end = parseIsoTime(`${last}T00:00:00Z`)!;
  if (end - begin > MOST_DAYS * MICROS_PER_DAY) {
    throw new SsmdError(
      "invalid_input",
      `Cannot choose the days from ${first} to ${last}: expected a range of at most 100 years`,
    );
  }
  for (let time = begin; time <= end; time += MICROS_PER_DAY) {
    days.push(utcDate(time));
  }
  return days;
}

/** The last folder of the path that is a day's. */
function dayOf(path: string): string | undefined {
  return path.split("/").slice(0, -1).reverse().find(isDateFolder);
}

/** Hides the days that are not wanted. */
class DayStorage implements Storage {
  readonly #storage: Storage;
  readonly #isWanted: (day: string) => boolean;

  constructor(storage: Storage, isWanted: (day: string) => boolean) {
    this.#storage = storage;
    this.#isWanted = isWanted;
  }

  async list(prefix: string): Promise<StoredFile[]> {
    const files = await this.#storage.list(prefix);
    return files.filter(({ path }) => {
      const day = dayOf(path);
      return day === undefined || this.#isWanted(day);
    });
  }

  read(path: string): ByteStream {
    return this.#storage.read(path);
  }

  write(path: string): Promise<void> {
    return Promise.reject(readOnly("write", path));
  }

  remove(path: string): Promise<void> {
    return Promise.reject(readOnly("remove", path));
  }
}

function readOnly(action: string, path: string): SsmdError {
  return new SsmdError("write_failed", `Cannot ${action} ${path}: chosen days are for reading`);
}
