import fc from "fast-check";
import type { MarketEvent } from "./market_state_test_support.ts";

const NAN = fc.constant(NaN);

/** How a made-up market behaves. */
export interface MarketManners {
  /** Whether times jump, values are absent or fractional, and totals fall. */
  readonly wild: boolean;
}

/** Events of one market, in cents and seconds, whose price walks and whose spread breathes. */
export function marketEvents(
  manners: MarketManners,
  maxLength: number,
): fc.Arbitrary<MarketEvent[]> {
  const { wild } = manners;
  const rarely = (usual: fc.Arbitrary<number>, ...others: fc.Arbitrary<number>[]) =>
    wild
      ? fc.oneof(
        { weight: 20, arbitrary: usual },
        ...others.map((arbitrary) => ({ weight: 1, arbitrary })),
      )
      : usual;
  const fraction = fc.double({ min: 1, max: 99, noNaN: true });
  const draw = fc.record({
    roll: fc.integer({ min: 0, max: 9 }),
    step: rarely(
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: -5, max: -1 }),
      fc.integer({ min: -2500, max: 2500 }),
    ),
    move: fc.integer({ min: -3, max: 3 }),
    spread: fc.integer({ min: wild ? -1 : 1, max: 9 }),
    price: rarely(fc.constant(0), NAN, fraction),
    noBid: rarely(NAN, fc.integer({ min: 0, max: 99 })),
    contracts: rarely(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: -900, max: -1 }),
      NAN,
      fraction,
    ),
    side: fc.integer({ min: wild ? 0 : 1, max: 2 }),
    timeless: fc.integer({ min: 0, max: 40 }),
  });
  return fc.array(draw, { maxLength, size: "max" }).map((draws) => {
    let [clock, mid, volume, dollars] = [1_769_000_000, 50, 1000, 500];
    return draws.map((it): MarketEvent => {
      clock += it.step;
      mid = Math.min(90, Math.max(10, mid + it.move));
      const time = wild && it.timeless === 0 ? 0 : clock;
      const price = it.price === 0 ? mid : it.price;
      if (it.roll === 9) return { kind: "other", time };
      if (it.roll >= 7) {
        return { kind: "trade", time, price, side: it.side, count: it.contracts };
      }
      if (!Number.isNaN(it.contracts)) {
        volume += it.contracts;
        dollars += it.contracts / 2;
      }
      const bid = mid - (it.spread >> 1);
      return {
        kind: "ticker",
        time,
        price,
        quotes: [bid, bid + it.spread, it.noBid, NaN],
        volume: Number.isNaN(it.contracts) ? NaN : volume,
        dollars,
      };
    });
  });
}
