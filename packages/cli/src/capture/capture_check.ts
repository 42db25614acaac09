import {
  type ConnectorStatus,
  formatIsoTime,
  messageOf,
  readCatalog,
  SystemClock,
} from "@ssmd/core";
import { fileArchive } from "@ssmd/core/fs";
import { clockSkew } from "@ssmd/kalshi/live";
import { access, constants, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { type CommandContext, EXIT_DONE, EXIT_USAGE, writeJson } from "../command_context.ts";
import { oneLine } from "../exit_code.ts";
import { byteSize, counted } from "../ui/numbers.ts";
import { facts } from "../ui/table.ts";
import { styled } from "../ui/terminal.ts";
import { CaptureLog } from "./capture_log.ts";
import type { CapturePlan } from "./capture_plan.ts";
import type { ExchangeAccess } from "./exchange_access.ts";
import { MarketFollower } from "./market_follower.ts";
import { StatusLine } from "../ui/status_line.ts";

/** What one check came to. */
interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** A clock that is further off makes receive times useless beside the exchange's. */
const NOTABLE_SKEW_SECONDS = 2;
const HANDSHAKE_MS = 15_000;
const REQUEST_MS = 5000;

/**
 * `ssmd capture --check`: tries everything a capture needs, without recording. Exits with 2 when
 * something would keep it from recording.
 */
export async function checkCapture(
  access: ExchangeAccess,
  json: boolean,
  context: CommandContext,
): Promise<number> {
  const { terminal, signal } = context;
  const { plan } = access;
  const findings: Finding[] = [
    { check: "configuration", ok: true, detail: describePlan(plan) },
    ...access.warnings.map((detail) => ({ check: "configuration", ok: true, detail })),
    await tried("clock", () => checkClock(plan, signal)),
    await tried("key", () => checkKey(access, signal)),
    await tried("markets", () => checkMarkets(access, context)),
    await tried("disk", () => checkDisk(plan)),
  ];
  const ok = findings.every((finding) => finding.ok);
  if (json) writeJson(terminal, { ok, checks: findings });
  else {
    const rows = findings.map(({ check, ok, detail }) =>
      [
        `${ok ? styled(terminal, "green", "ok    ") : styled(terminal, "red", "FAILED")} ${check}`,
        detail,
      ] as const
    );
    terminal.out(facts(rows, terminal.columns));
  }
  return ok ? EXIT_DONE : EXIT_USAGE;
}

async function tried(
  check: string,
  work: () => Promise<Omit<Finding, "check">>,
): Promise<Finding> {
  try {
    return { check, ...await work() };
  } catch (error) {
    // `fetch failed` of Node says nothing; what went wrong is its cause.
    const cause = error instanceof Error && error.message === "fetch failed" ? error.cause : error;
    return { check, ok: false, detail: oneLine(messageOf(cause)) };
  }
}

function describePlan({ feed, stream, channels, webSocketUrl }: CapturePlan): string {
  return `${feed}/${stream}: ${channels.join(", ")} from ${webSocketUrl}`;
}

async function checkClock(
  { restUrl }: CapturePlan,
  signal: AbortSignal,
): Promise<Omit<Finding, "check">> {
  const answer = await fetch(`${restUrl}/exchange/status`, {
    signal: AbortSignal.any([AbortSignal.timeout(REQUEST_MS), signal]),
  });
  await answer.body?.cancel();
  const date = answer.headers.get("date") ?? undefined;
  const age = answer.headers.get("age") ?? undefined;
  const skew = clockSkew({
    ...(date === undefined ? {} : { date }),
    ...(age === undefined ? {} : { age }),
  }, new SystemClock().now());
  if (skew === undefined) return { ok: true, detail: "the exchange does not tell its time" };
  if (Math.abs(skew) <= NOTABLE_SKEW_SECONDS) {
    return { ok: true, detail: "agrees with the exchange's to the second" };
  }
  const by = `${Math.abs(skew)} s ${skew > 0 ? "ahead of" : "behind"}`;
  return { ok: false, detail: `this machine's clock is ${by} the exchange's; set it by NTP` };
}

/** Connects as a capture would and leaves at once. */
async function checkKey(
  access: ExchangeAccess,
  signal: AbortSignal,
): Promise<Omit<Finding, "check">> {
  const stop = new AbortController();
  let found: Omit<Finding, "check"> = { ok: false, detail: "no answer to the handshake" };
  const connector = access.connector({ channels: ["market_lifecycle_v2"] });
  const timer = setTimeout(() => stop.abort(), HANDSHAKE_MS);
  try {
    await connector.run({
      onRecord: () => "kept",
      onStatus: ({ type, reason }: ConnectorStatus) => {
        if (type === "connected") found = { ok: true, detail: "the handshake was accepted" };
        else if (type !== "refused" && type !== "disconnected") return;
        else if (!found.ok) found = { ok: false, detail: reason ?? type };
        stop.abort();
      },
    }, { signal: AbortSignal.any([stop.signal, signal]) });
  } finally {
    clearTimeout(timer);
  }
  return found;
}

async function checkMarkets(
  access: ExchangeAccess,
  { terminal, signal }: CommandContext,
): Promise<Omit<Finding, "check">> {
  const { plan } = access;
  if (plan.choice === undefined) return { ok: true, detail: "the whole exchange, no choice" };
  const clock = new SystemClock();
  const problems: string[] = [];
  const collect = { ...terminal, out: (line: string) => void problems.push(line) };
  const log = new CaptureLog(collect, new StatusLine(collect), clock, true);
  const rest = access.rest({ attempts: 2, timeoutMs: REQUEST_MS });
  const follower = new MarketFollower(plan, plan.choice, rest, clock, log);
  const complete = await follower.refresh(signal);
  const reasons = problems.flatMap((line) => {
    const { reason } = JSON.parse(line) as { readonly reason?: string };
    return reason === undefined ? [] : [reason];
  });
  const open = follower.tickers().length;
  const none = open === 0 ? "; none now is normal between two events of a series" : "";
  return {
    ok: complete,
    detail: [`${counted(open, "market")} to follow now${none}`, ...reasons].join("; "),
  };
}

async function checkDisk(plan: CapturePlan): Promise<Omit<Finding, "check">> {
  const folder = await nearestFolder(plan.root);
  await access(folder, constants.W_OK);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const room = free - plan.minFreeBytes;
  const text = `${byteSize(free)} free, ${byteSize(plan.minFreeBytes)} of it kept`;
  if (room <= 0) return { ok: false, detail: `${text}: nothing would be written` };
  const perDay = await storedPerDay(plan);
  if (perDay === undefined) {
    return { ok: true, detail: `${text}; no day is recorded yet to forecast from` };
  }
  const days = Math.floor(room / perDay);
  const until = formatIsoTime(new SystemClock().now() + days * 86_400_000_000).slice(0, 10);
  return {
    ok: true,
    detail: `${text}; at ${byteSize(perDay)} a day it lasts ${
      counted(days, "day")
    }, until ${until}`,
  };
}

/** What a whole day of this stream took, by its latest week; `undefined` before there is one. */
async function storedPerDay({ root, feed, stream }: CapturePlan): Promise<number | undefined> {
  const streams = await readCatalog(fileArchive(root).storage);
  const own = streams.find((each) => each.feed === feed && each.stream === stream);
  const days = new Map<string, number>();
  for (const { date, size } of own?.files ?? []) days.set(date, (days.get(date) ?? 0) + size);
  // The present day is not over.
  const whole = [...days.values()].slice(0, -1).slice(-7);
  return whole.length === 0 ? undefined : whole.reduce((a, b) => a + b) / whole.length;
}

async function nearestFolder(path: string): Promise<string> {
  for (let folder = path;; folder = dirname(folder)) {
    const exists = await access(folder).then(() => true, () => false);
    if (exists || folder === dirname(folder)) return folder;
  }
}
