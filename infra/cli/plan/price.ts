import type { Context } from '../target/target.ts';
import { agree } from '../terminal/agree.ts';
import { counted, usd } from '../terminal/figures.ts';

/** What something will cost, as far as it is known. */
export interface Price {
  costUsd: number;
  /** What `costUsd` is, where it is not the price itself. 'at least': it is a floor, whatever X will say. */
  bound?: 'at least' | 'at most' | false;
  /** Lists that come to it, of which nobody knows how long they are. */
  unknownLists?: number;
  /** It is what checks cost where nobody is gone. */
  ifNobodyIsGone?: boolean;
  /** What can be bought at most before the planner commits more; undefined: nobody knows, or it is no list. */
  committedUsd?: number | undefined;
  /** More than that will not be bought. */
  capUsd?: number | undefined;
  /** What it is the price of. */
  what?: string;
}

export function priceText(price: Price): string {
  const { bound = false, capUsd, what = 'This costs' } = price;
  const most = capUsd === undefined ? '' : `, and never more than ${usd(capUsd)}`;
  return `${what}${bound ? ` ${bound}` : ''} ${figureText(price)}${most}.`;
}

/** "$12.50, and 2 lists of unknown length", "$0.05, at most $0.10 by these counts". */
export function figureText({
  costUsd,
  bound,
  unknownLists = 0,
  ifNobodyIsGone,
  committedUsd,
}: Price): string {
  const gone = ifNobodyIsGone && bound !== 'at least' ? ' where nobody is gone' : '';
  const lists = bound === 'at least' ? '' : listsText(unknownLists);
  const committed = committedUsd === undefined ? '' : atMostText({ costUsd, committedUsd });
  return `${usd(costUsd)}${gone}${lists}${committed}`;
}

/** Behind a figure to which they come. */
export const listsText = (unknownLists: number): string =>
  unknownLists === 0 ? '' : `, and ${counted(unknownLists, 'list')} of unknown length`;

/** Behind an expected price: what the planner commits for it, where that is more. */
const atMostText = ({ costUsd, committedUsd }: { costUsd: number; committedUsd: number }): string =>
  usd(committedUsd) === usd(costUsd) ? '' : `, at most ${usd(committedUsd)} by these counts`;

/** Whether somebody has to be asked: it costs something, may cost something, or nobody knows. */
export const mayCost = ({ costUsd, committedUsd, unknownLists = 0 }: Price): boolean =>
  costUsd > 0 || (committedUsd ?? 0) > 0 || unknownLists > 0;

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
