import { ACCOUNT_ID, ANY_USERNAME } from './formats.ts';

/** What each of our own messages says of the dispatch that it is about. */
export interface OfDispatch {
  runId: string;
  dispatchId: string;
  /** ISO 8601; the partition of all rows of the dispatch. */
  dispatchedAt: string;
  job: { name: string };
}

export const OF_DISPATCH = {
  runId: { type: 'string', minLength: 1, maxLength: 1000 },
  dispatchId: { type: 'string', minLength: 1, maxLength: 1000 },
  dispatchedAt: { type: 'string', format: 'iso-time' },
  job: { type: 'object', required: ['name'], properties: { name: { type: 'string', maxLength: 1000 } } },
};

/** Who an account is. */
export const ACCOUNT = {
  id: { type: 'string', pattern: ACCOUNT_ID },
  username: { type: 'string', pattern: ANY_USERNAME },
};
