import { ACCOUNT_ID, ANY_USERNAME, COUNT } from '../formats.ts';
import { ISO_TIME } from '../iso-time.ts';

/** A number of friends, pages and the like, from 0. */
export const count = <D extends string>(description: D) => ({ description, ...COUNT, minimum: 0 }) as const;

/** The same, from 1. */
export const positive = <D extends string>(description: D) =>
  ({ description, ...COUNT, minimum: 1 }) as const;

/** `pattern` says which of the ways to write it that RFC 3339 allows. */
export const time = <D extends string>(description: D) =>
  ({ description, type: 'string', format: 'date-time', pattern: ISO_TIME }) as const;

/** Who an account is. */
export const ACCOUNT = {
  id: {
    description: 'The id that X has given the account: digits, and a string, because ids pass 2^53.',
    type: 'string',
    pattern: ACCOUNT_ID,
  },
  username: {
    description:
      'The name without @; case makes no difference. Those of more than 15 characters are of the first years: X can be asked for them by id only.',
    type: 'string',
    pattern: ANY_USERNAME,
  },
} as const;

export const MODE = {
  description: 'full reads the whole list; check reads its head, and on only while somebody is missing.',
  type: 'string',
  enum: ['full', 'check'],
} as const;

/** What each of our own messages says of the dispatch that it is about; all of it is required. */
export const OF_DISPATCH = {
  runId: { description: 'The run that it belongs to.', type: 'string', minLength: 1, maxLength: 1000 },
  dispatchId: {
    description: 'The parent in that run: uuid v5 of runId, "/" and the lower-cased username.',
    type: 'string',
    minLength: 1,
    maxLength: 1000,
  },
  dispatchedAt: time('When the run was dispatched; the partition of all rows of the dispatch.'),
  job: {
    description: 'The job that the run was made for.',
    type: 'object',
    required: ['name'],
    properties: { name: { description: 'Its name.', type: 'string', maxLength: 1000 } },
  },
} as const;

export const REQUIRED_OF_DISPATCH = ['runId', 'dispatchId', 'dispatchedAt', 'job'] as const;
