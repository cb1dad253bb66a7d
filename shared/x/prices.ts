/**
 * R22: money in US dollars with at most 6 decimals. It is counted in whole micro-dollars, so no sum ends in
 * 0.30000000000000004. What X charges: https://docs.x.com/x-api/getting-started/pricing
 */
const MICROS = 1_000_000;

/** Whole micro-dollars, exact up to 9 billion dollars. */
export const microsOf = (usd: number): number => Math.round(usd * MICROS);

export const usdOf = (micros: number): number => micros / MICROS;

/** What X charges for `count` friends or users that it returns, at `priceUsd` each. */
export function costOf(count: number, priceUsd: number): number {
  return usdOf(count * microsOf(priceUsd));
}

/** What a dispatch is planned to cost: its friends, and the look-up of the parent where there was one. */
export function plannedCostOf(friendsCount: number, friendUsd: number, lookupUsd: number): number {
  return sumUsd([costOf(friendsCount, friendUsd), lookupUsd]);
}

export function sumUsd(amounts: number[]): number {
  return usdOf(amounts.reduce((sum, usd) => sum + microsOf(usd), 0));
}
