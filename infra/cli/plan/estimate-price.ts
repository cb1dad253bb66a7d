import { sumUsd } from '../../../shared/x/prices.ts';
import { type CheckEstimate, fullReadsText } from './check-estimate.ts';
import type { Estimate } from './cost-estimate.ts';
import type { Price } from './price.ts';

/** What a run is announced to cost. */
export function priceOf(estimate: Estimate | CheckEstimate): Price {
  const { costUsd, committedUsd, isFloor, accountsWithUnknownCount: unknownLists } = estimate;
  return {
    costUsd,
    bound: isFloor && 'at least',
    unknownLists,
    ifNobodyIsGone: 'checks' in estimate && estimate.checks > 0,
    ...(unknownLists === 0 && { committedUsd }),
  };
}

/** The same, after which lists are read in full though a check was asked for: nobody may be surprised by that. */
export function priceWithFullReads(estimate: Estimate | CheckEstimate): Price {
  const full = 'checks' in estimate ? fullReadsText(estimate) : undefined;
  return { ...priceOf(estimate), ...(full && { what: `${full}. This costs` }) };
}

/** Of all of them together. */
export function priceOfAll(prices: Price[]): Price {
  const all = (amounts: (number | undefined)[]) =>
    amounts.includes(undefined) ? undefined : sumUsd(amounts.map((amount) => amount ?? 0));
  const costing = prices.filter(({ costUsd, unknownLists = 0 }) => costUsd > 0 || unknownLists > 0);
  const isFloor = costing.length > 0 && costing.every(({ bound }) => bound === 'at least');
  return {
    costUsd: sumUsd(prices.map(({ costUsd }) => costUsd)),
    bound: isFloor && 'at least',
    unknownLists: prices.reduce((lists, { unknownLists = 0 }) => lists + unknownLists, 0),
    ifNobodyIsGone: prices.some(({ ifNobodyIsGone }) => ifNobodyIsGone),
    committedUsd: all(prices.map(({ committedUsd }) => committedUsd)),
    capUsd: all(prices.map(({ capUsd }) => capUsd)),
  };
}
