import type { Context } from '../target/target.ts';
import { agree } from '../terminal/agree.ts';
import { usd } from '../terminal/figures.ts';

/** What something will cost, as far as it is known. */
export interface Price {
  costUsd: number;
  /** What `costUsd` is, where it is not the price itself. */
  bound?: 'at least' | 'at most' | false;
  /** More than that will not be bought. */
  capUsd?: number | undefined;
  /** What it is the price of. */
  what?: string;
}

export function priceText({ costUsd, bound = false, capUsd, what = 'This costs' }: Price): string {
  const most = capUsd === undefined ? '' : `, at most ${usd(capUsd)}`;
  return `${what}${bound ? ` ${bound}` : ''} ${usd(costUsd)}${most}.`;
}

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
