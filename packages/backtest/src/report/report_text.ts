/**
 * How reports write figures: the same on every machine, whatever its locale.
 * @module
 */
import {
  type EpochMicros,
  formatIsoTime,
  formatMoney,
  formatQuantity,
  type Money,
  type Quantity,
} from "@ssmd/core";

/** `1 trade`, `2,000 trades`. */
export function counted(value: number, noun: string): string {
  return `${grouped(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** `46243` → `46,243`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** 0.978 → `97.8 %`; never `100.0 %` or `0.0 %` for what is only nearly so. */
export function percent(share: number): string {
  if (share < 1 && share > 0.9995) return "> 99.9 %";
  if (share > 0 && share < 0.0005) return "< 0.1 %";
  return `${(share * 100).toFixed(1)} %`;
}

/** `-$1,234.50`: dollars, to the cent and further only where there is more. */
export function dollars(money: Money): string {
  return `${money < 0 ? "−" : ""}$${plainDollars(Math.abs(money))}`;
}

/** As {@link dollars}, rounded to the cent, ties away from 0; `~` before what is not 0 but rounds to it. */
export function roundDollars(money: Money): string {
  const cents = Math.sign(money) * Math.round(Math.abs(money) / 10_000) * 10_000;
  return cents === 0 && money !== 0 ? "~$0.00" : dollars(cents);
}

/** As {@link roundDollars}, with a plus for what is above 0. */
export function roundSigned(money: Money): string {
  return money >= 5000 ? `+${roundDollars(money)}` : roundDollars(money);
}

/** As {@link dollars}, with a plus for what is above 0. */
export function signedDollars(money: Money): string {
  return money > 0 ? `+${dollars(money)}` : dollars(money);
}

/** `1,234.50` without sign of currency; a minus is a hyphen, so that programs read it. */
export function plainDollars(money: Money): string {
  const [whole, fraction] = formatMoney(money).split(".") as [string, string];
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction.replace(/(?<=\d\d)0+$/, "")}`;
}

/** `12.5`: contracts without needless decimals. */
export function contractsText(quantity: Quantity): string {
  return formatQuantity(quantity).replace(/\.?0+$/, "");
}

/** `2026-08-11 02:55:00`, UTC, to the second that has begun. */
export function timeText(time: EpochMicros): string {
  return formatIsoTime(time).slice(0, 19).replace("T", " ");
}

/** `45 s`, `12 min 5 s`, `3 h 20 min`, `2 d 4 h`: the two largest units. */
export function durationText(micros: EpochMicros): string {
  const units = [["d", 86_400], ["h", 3600], ["min", 60], ["s", 1]] as const;
  let rest = Math.floor(micros / 1_000_000);
  const parts: string[] = [];
  for (const [name, seconds] of units) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0 || (name === "s" && parts.length === 0)) parts.push(`${count} ${name}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(" ");
}
