import type { EpochMicros, KnownClose } from "@ssmd/core";
import type { MarketObject } from "./market_object.ts";

/** What an answer says of a market's close, and when. */
export type CloseAnswer = Pick<MarketObject, "closeTime" | "receivedTime" | "updatedTime">;

/**
 * What the answers about one market let know of its close, in time order. An answer counts from when
 * it was received, or else from the exchange's last change of it; one that says neither does not
 * count, nor does one that another answer, known by then, has replaced. The first counts from the
 * earlier of its two times: it was published by then.
 */
export function knownCloses(answers: readonly CloseAnswer[]): readonly KnownClose[] {
  const dated = answers.filter((answer) => Number.isFinite(toldAt(answer)))
    .sort((a, b) => toldAt(a) - toldAt(b));
  const closes: KnownClose[] = [];
  let newest = -Infinity;
  for (const answer of dated) {
    const { closeTime, updatedTime = -Infinity } = answer;
    if (closeTime === undefined || updatedTime < newest) continue;
    newest = updatedTime;
    const time = toldAt(answer);
    closes.push({ time: closes.length === 0 ? publishedBy(answer) : time, closeTime });
  }
  return closes;
}

function toldAt({ receivedTime, updatedTime = Infinity }: CloseAnswer): EpochMicros {
  return receivedTime ?? updatedTime;
}

function publishedBy(answer: CloseAnswer): EpochMicros {
  const { receivedTime = Infinity, updatedTime = Infinity } = answer;
  return Math.min(receivedTime, updatedTime);
}
