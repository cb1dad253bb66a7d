import type { Fault } from '../../infra/local/x/faults.ts';
import { DAY_MS, HOUR_MS } from '../../shared/times.ts';

/** Something that X says to every call, so that only people can end it; each of four gates meets another one. */
export interface Closing {
  service: string;
  /** The run that meets it has this name too. */
  says: Fault['name'];
  strikes: Pick<Fault, 'endpoint' | 'account'>;
  cause: string;
  /** When the gate opens: ms since 1970. */
  opens: (nowMs: number) => number;
}

export const CLOSINGS: Closing[] = [
  {
    service: 'getpage',
    says: 'credits-depleted',
    strikes: { endpoint: 'users/:id/following' },
    cause: 'credits-exhausted',
    opens: (nowMs) => nowMs + HOUR_MS,
  },
  {
    service: 'pagedispatch',
    says: 'spend-cap',
    strikes: { endpoint: 'users/by', account: 'looked_up' },
    cause: 'spend-cap',
    // The simulator's reset_date is a week ahead.
    opens: (nowMs) => new Date(nowMs + 7 * DAY_MS).setUTCHours(0, 0, 0, 0),
  },
  {
    service: 'getmetadata',
    says: 'usage-capped',
    strikes: { endpoint: 'users/by', account: 'by_name' },
    cause: 'usage-cap',
    opens: (nowMs) => nowMs + HOUR_MS,
  },
  {
    service: 'getmetadata',
    says: 'unauthorized',
    strikes: { endpoint: 'users' },
    cause: 'credentials-refused',
    opens: (nowMs) => nowMs + HOUR_MS / 4,
  },
];
