import type { WaitCause } from '../../../shared/x/types.ts';

/** What an operator can do about a cause; a rate limit needs nobody. */
export const REMEDIES: Partial<Record<WaitCause, string>> = {
  'credits-exhausted': 'buy credits in the console of X',
  'spend-cap': 'raise the spend cap in the console of X, or wait for the next billing cycle',
  'usage-cap': 'wait for the next period of your plan at X',
  'credentials-refused': 'check X_BEARER_TOKEN and the app in the console of X',
  'not-understood': 'see in the log what X says; a page is given up after three windows',
  unreadable: 'see in the log what X sent; a page is given up after three windows',
};
