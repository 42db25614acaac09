/**
 * What a decoder's subscriptions remember, and what the frames of one file did to them, as JSON data.
 * Markets are named: ids mean nothing in another decoder.
 * @module
 */
import type { EpochMicros, SymbolTable } from "@ssmd/core";
import type { Subscription, Subscriptions } from "./subscriptions.ts";

/** What the frames of one file did to one subscription. */
export interface SubscriptionAccount {
  /** The session's id. */
  readonly session: string;
  /** The subscription's id. */
  readonly sid: number;
  /** The first number that counted; null when all frames were duplicates. */
  readonly first: number | null;
  /** The last number that counted. */
  readonly last: number;
  /** When its frame came. */
  readonly lastRecv: EpochMicros;
  /** What it carried, as bits. */
  readonly carried: number;
  /** Whether its numbers began anew. */
  readonly hasRestarted: boolean;
  /** The markets that it delivered, since its numbers last began anew. */
  readonly markets: readonly string[];
}

/** Sid, last number, its time, what it carried, and its markets. */
type Remembered = readonly [number, number, EpochMicros, number, readonly string[]];

/** What is remembered of the sessions that are wanted; `""` for nothing. */
export function memoryText(
  subscriptions: Subscriptions,
  symbols: SymbolTable,
  isWanted: (session: string) => boolean,
): string {
  const sessions: [string, Remembered[]][] = [];
  for (const [session, sids] of subscriptions.sessions(isWanted)) {
    const remembered = sids.map(([sid, { last, lastRecv, carried, markets }]): Remembered => {
      return [sid, last, lastRecv, carried, Array.from(markets, (id) => symbols.name(id))];
    });
    sessions.push([session, remembered]);
  }
  return sessions.length === 0 ? "" : JSON.stringify(sessions);
}

/** Makes `subscriptions`, which know nothing yet, remember what `memory` says. */
export function restoreMemory(
  memory: string,
  subscriptions: Subscriptions,
  symbols: SymbolTable,
): void {
  if (memory === "") return;
  // A text of `memoryText`.
  for (const [session, remembered] of JSON.parse(memory) as [string, Remembered[]][]) {
    for (const [sid, last, lastRecv, carried, markets] of remembered) {
      const ids = markets.map((name) => symbols.intern(name));
      subscriptions.of(session, sid).restore(last, lastRecv, carried, ids);
    }
  }
}

/** What happened to the subscriptions since they were made or restored. */
export function accountsOf(
  subscriptions: Subscriptions,
  symbols: SymbolTable,
): { readonly isIndependent: boolean; readonly accounts: SubscriptionAccount[] } {
  let isIndependent = true;
  const accounts: SubscriptionAccount[] = [];
  for (const [session, sids] of subscriptions.sessions(() => true)) {
    for (const [sid, subscription] of sids) {
      if (subscription.isDependent) isIndependent = false;
      const { first, last, lastRecv, carriedHere, hasRestarted } = subscription;
      if (Number.isNaN(first) && !subscription.isDependent) continue;
      accounts.push({
        session,
        sid,
        first: Number.isNaN(first) ? null : first,
        last,
        lastRecv,
        carried: carriedHere,
        hasRestarted,
        markets: subscription.delivered.map((id) => symbols.name(id)),
      });
    }
  }
  return { isIndependent, accounts };
}

/** Whether frames that did this to a decoder without memory would do the same now. */
export function fits(account: SubscriptionAccount, known: Subscription | undefined): boolean {
  if (known === undefined || Number.isNaN(known.last)) return true;
  return account.first !== null && known.last < account.first && !account.hasRestarted;
}

/** Does to a subscription what the frames did. */
export function joinAccount(
  account: SubscriptionAccount,
  subscription: Subscription,
  symbols: SymbolTable,
): void {
  subscription.last = account.last;
  subscription.lastRecv = account.lastRecv;
  subscription.carried |= account.carried;
  if (account.hasRestarted) subscription.reset();
  for (const name of account.markets) subscription.see(symbols.intern(name));
}
