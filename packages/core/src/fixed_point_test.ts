import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SsmdError } from "./errors.ts";
import {
  divideHalfEven,
  formatMoney,
  formatPrice,
  formatQuantity,
  MONEY_DECIMALS,
  notional,
  ONE_DOLLAR,
  parseMoney,
  parsePrice,
  parseQuantity,
  PRICE_DECIMALS,
  QUANTITY_DECIMALS,
  tryParseDecimal,
} from "./fixed_point.ts";

const UNITS = [
  { parse: parsePrice, format: formatPrice, decimals: PRICE_DECIMALS },
  { parse: parseQuantity, format: formatQuantity, decimals: QUANTITY_DECIMALS },
  { parse: parseMoney, format: formatMoney, decimals: MONEY_DECIMALS },
];

const exactInteger = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -1_000_000, max: 1_000_000 }),
  fc.constantFrom(0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
);
/** Mostly decimals, also many texts that only resemble one. */
const decimalText = fc.oneof(
  fc.stringMatching(/^-?[0-9]{1,18}(\.[0-9]{1,8})?$/),
  fc.stringMatching(/^[-+ ]?[0-9]{0,4}[.,]?[0-9]{0,4}[eE_ ]?[0-9]{0,2}$/),
  fc.string({ unit: fc.constantFrom(..."0123456789.-"), maxLength: 8 }),
);

/** The same grammar, read a second time: character by character, and counted in BigInt. */
function bigintDecimal(text: string, decimals: number): number | undefined {
  const negative = text.startsWith("-");
  const parts = text.slice(negative ? 1 : 0).split(".");
  if (parts.length > 2) return undefined;
  const isDigits = (part: string) => part !== "" && [...part].every((c) => c >= "0" && c <= "9");
  if (!parts.every(isDigits)) return undefined;
  const [whole = "", fraction = ""] = parts;
  if (fraction.length > decimals) return undefined;
  const scale = 10n ** BigInt(decimals - fraction.length);
  const value = BigInt(whole + fraction) * scale * (negative ? -1n : 1n);
  const exact = value >= -(2n ** 53n - 1n) && value <= 2n ** 53n - 1n;
  return exact ? Number(value) : undefined;
}

test("A formatted amount parses back to the same integer", () => {
  fc.assert(fc.property(exactInteger, (value) => {
    for (const { parse, format } of UNITS) assert.equal(parse(format(value)), value);
  }));
});

test("Amounts show all decimals of their unit", () => {
  assert.equal(formatPrice(9700), "0.9700");
  assert.equal(formatPrice(-1), "-0.0001");
  assert.equal(formatQuantity(1000), "10.00");
  assert.equal(formatQuantity(5), "0.05");
  assert.equal(formatMoney(279_600), "0.279600");
  assert.equal(formatMoney(-9_007_199_254_740_991), "-9007199254.740991");
  assert.equal(formatPrice(-0), "0.0000");
});

test("Parsing agrees with BigInt arithmetic on every text", () => {
  fc.assert(fc.property(decimalText, fc.integer({ min: 0, max: 8 }), (text, decimals) => {
    assert.equal(tryParseDecimal(text, decimals), bigintDecimal(text, decimals));
  }));
});

test("The greatest exact integer is parsed and the next one is refused", () => {
  assert.equal(parseMoney("9007199254.740991"), Number.MAX_SAFE_INTEGER);
  assert.equal(parseMoney("-9007199254.740991"), Number.MIN_SAFE_INTEGER);
  for (const text of ["9007199254.740992", "9007199254.740993", "-9007199254.740992", "1e16"]) {
    assert.throws(() => parseMoney(text), SsmdError);
  }
});

test("Zero has no sign", () => {
  for (const text of ["-0", "-0.0000", "0"]) assert.ok(Object.is(parsePrice(text), 0), text);
  assert.ok(Object.is(notional(0, -500), 0));
  assert.ok(Object.is(notional(-0, 500), 0));
});

test("Nothing but a plain decimal of the unit is an amount", () => {
  const refused = [
    ..."|NaN|Infinity|-Infinity| 1|1 |+1|.5|5.|-|-.5|--1|1-|1_0|0x10|1,5|1e3|1E3|1e-2".split("|"),
    ..."１|1٠|1.2.3|0.00001|0.50000|true|1n|$1|1\n|\n1|\u22121|1\0|\ufeff1".split("|"),
  ];
  for (const text of refused) {
    assert.equal(tryParseDecimal(text, PRICE_DECIMALS), undefined, JSON.stringify(text));
    assert.throws(
      () => parsePrice(text),
      (error) =>
        error instanceof SsmdError && error.code === "invalid_decimal" &&
        error.message.startsWith(`Cannot parse ${JSON.stringify(text)} as a price: `),
    );
  }
});

test("What is no exact integer is not formatted", () => {
  for (const value of [0.5, NaN, Infinity, 2 ** 53, -(2 ** 53)]) {
    assert.throws(() => formatPrice(value), RangeError);
    assert.throws(() => formatQuantity(value), RangeError);
    assert.throws(() => formatMoney(value), RangeError);
  }
});

test("Price times quantity is exact or refused", () => {
  assert.equal(notional(parsePrice("0.5500"), parseQuantity("3.00")), parseMoney("1.650000"));
  assert.equal(notional(ONE_DOLLAR, parseQuantity("1.00")), parseMoney("1"));
  const factor = fc.oneof(exactInteger, fc.integer({ min: -(2 ** 27), max: 2 ** 27 }));
  fc.assert(fc.property(factor, factor, (price, quantity) => {
    const product = BigInt(price) * BigInt(quantity);
    if (product > 2n ** 53n - 1n || product < -(2n ** 53n - 1n)) {
      assert.throws(() => notional(price, quantity), RangeError);
    } else assert.equal(BigInt(notional(price, quantity)), product);
  }));
});

test("Division rounds to the nearest integer, and a tie to the even one", () => {
  const cases = [[5n, 2n, 2n], [7n, 2n, 4n], [-5n, 2n, -2n], [-7n, 2n, -4n], [1n, 3n, 0n]] as const;
  for (const [numerator, denominator, expected] of cases) {
    assert.equal(divideHalfEven(numerator, denominator), expected);
  }
  const small = fc.bigInt({ min: -40n, max: 40n });
  const numerators = fc.oneof(small, fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }));
  const denominators = fc.oneof(
    fc.bigInt({ min: 1n, max: 8n }),
    fc.bigInt({ min: 1n, max: 10n ** 20n }),
  );
  fc.assert(fc.property(numerators, denominators, (numerator, denominator) => {
    const rounded = divideHalfEven(numerator, denominator);
    // Twice the distance, in units of 1/denominator.
    const off = 2n * (rounded * denominator - numerator);
    const distance = off < 0n ? -off : off;
    assert.ok(distance <= denominator);
    if (distance === denominator) assert.equal(rounded % 2n, 0n);
  }));
});

test("Division by zero or by a negative number is refused", () => {
  for (const denominator of [0n, -1n]) {
    assert.throws(() => divideHalfEven(1n, denominator), RangeError);
  }
});
