import type { Context } from '../target/target.ts';
import { agree } from '../terminal/agree.ts';
import { usd } from '../terminal/figures.ts';

/** What something will cost, as far as it is known. */
export interface Price {
  costUsd: number;
  /** What `costUsd` is, where it is not the price itself. */
  bound?: 'at least' | 'at most' | false;
  /** What can be bought at most before the planner commits more; undefined: nobody knows, or it is no list. */
  committedUsd?: number | undefined;
  /** More than that will not be bought. */
  capUsd?: number | undefined;
  /** What it is the price of. */
  what?: string;
}

export function priceText({
  costUsd,
  bound = false,
  committedUsd,
  capUsd,
  what = 'This costs',
}: Price): string {
  const most = capUsd === undefined ? '' : `, and never more than ${usd(capUsd)}`;
  const committed = committedUsd === undefined ? '' : atMostText({ costUsd, committedUsd });
  return `${what}${bound ? ` ${bound}` : ''} ${usd(costUsd)}${committed}${most}.`;
}

/** Behind an expected price: what the planner commits for it, where that is more. */
export const atMostText = ({ costUsd, committedUsd }: { costUsd: number; committedUsd: number }): string =>
  usd(committedUsd) === usd(costUsd) ? '' : `, at most ${usd(committedUsd)} by these counts`;

/** Nothing that X charges for is done before this returns; the simulated X charges nothing. Throws Failure. */
export async function agreeToPay(
  price: Price,
  yes: boolean | undefined,
  { terminal, target }: Pick<Context, 'terminal' | 'target'>,
): Promise<void> {
  if (target.x === 'real') await agree(priceText(price), yes, terminal);
}

/** Behind a price that is told: what a simulated X does not charge. */
export const freeOfCharge = ({ x }: Context['target']): string =>
  x === 'simulated' ? ' (simulated: nothing is charged)' : '';
