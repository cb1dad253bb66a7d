import { FRIENDS_PER_PAGE } from '../../x/limits.ts';
import { ANY_USERNAME, MOST_USD } from '../formats.ts';
import { count, MODE, positive, time } from './parts.ts';

export const MAX_PARENTS = 100_000;

/** Of checks, where a request says nothing. */
export const KEYFRAME_DAYS = 30;

const MOST_KEYFRAME_DAYS = 366;
const MOST_DEPTH = 100_000;

// Unknown fields are rejected: a misspelt `maxCostUsd` must not silently mean "no limit".
export const DISPATCH_REQUEST = {
  $id: 'dodo/dispatch-request/1',
  title: 'DispatchRequest',
  description:
    'Topic pagedispatch: please record whom these accounts follow. Written by people, schedulers and other programs; unknown fields are rejected, because a misspelt cap must not mean "no cap".',
  type: 'object',
  required: ['job', 'parents'],
  additionalProperties: false,
  dependencies: {
    runId: ['dispatchedAt'],
    dispatchedAt: ['runId'],
    chunk: ['runId', 'dispatchedAt'],
    continues: ['chunk', 'pageSize'],
  },
  properties: {
    job: {
      description: 'What the run is for; the history is told apart by it.',
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: { name: { description: 'Its name.', type: 'string', minLength: 1, maxLength: 200 } },
    },
    parents: {
      description:
        'The accounts whose friends are read: a username, or an object of up to 4,096 bytes with the username and what is known of the account. With id (a string of digits) and friendsCount it is not looked up; malformed ones count as missing. Each username counts once, the first.',
      type: 'array',
      minItems: 1,
      maxItems: MAX_PARENTS,
      items: {
        type: ['string', 'object'],
        pattern: ANY_USERNAME,
        required: ['username'],
        properties: {
          username: {
            description:
              'The name without @; case makes no difference. One of more than 15 characters needs the id as well: X cannot be asked by it.',
            type: 'string',
            pattern: ANY_USERNAME,
          },
        },
        additionalProperties: true,
      },
    },
    grandparent: {
      description:
        'The account through which the parents were found, as dodo/grandparent/1 describes it, in up to 4,096 bytes. That it is malformed is expected.',
      type: 'object',
    },
    pageSize: {
      description: 'Friends a page; absent: what the services are set to.',
      type: 'integer',
      minimum: 1,
      maximum: FRIENDS_PER_PAGE,
    },
    maxCostUsd: {
      description:
        'The most dollars that may be committed to the run; what the services are set to holds as well.',
      type: 'number',
      minimum: 0,
      maximum: MOST_USD,
    },
    mode: {
      ...MODE,
      description: `${MODE.description} Absent: full. A check that has nothing to rest on is made a full read.`,
    },
    keyframeDays: {
      description: `Only with mode check: a list is read in full after so many days at the latest; absent: ${KEYFRAME_DAYS}.`,
      type: 'integer',
      minimum: 1,
      maximum: MOST_KEYFRAME_DAYS,
    },
    maxDepth: {
      description:
        'Only with mode check: friends down to which a list is searched for somebody that is gone; absent: to its end.',
      type: 'integer',
      minimum: 1,
      maximum: MOST_DEPTH,
    },
    runId: {
      description:
        'With dispatchedAt: the run that it belongs to. The same ones again fetch what that run lacks, and buy nothing twice. Absent: a run of its own.',
      type: 'string',
      minLength: 1,
      maxLength: 200,
    },
    dispatchedAt: time(
      'With runId: when the run was dispatched, within the last 366 days or up to a day ahead. Absent: now.',
    ),
    chunk: {
      description:
        "Dodo's own, with runId and dispatchedAt: which part of a request this is; it has at most 100 parents.",
      type: 'object',
      required: ['index', 'of'],
      additionalProperties: false,
      properties: {
        index: { description: 'Its number, from 0.', type: 'integer', minimum: 0 },
        of: { description: 'How many parts there are.', type: 'integer', minimum: 1 },
      },
    },
    continues: {
      description:
        "Dodo's own: the list of the chunk's only parent goes on, and what was committed for it is used up.",
      type: 'object',
      required: ['dispatchId', 'afterPage', 'totalPages', 'maxFriends'],
      properties: {
        dispatchId: { description: 'Which dispatch it is.', type: 'string', minLength: 1 },
        afterPage: positive('The page after which the list goes on.'),
        totalPages: positive('The pages that were committed when that page was asked for.'),
        maxFriends: count('The friends that were.'),
      },
    },
  },
} as const;
