import { FRIENDS_PER_PAGE } from '../../x/limits.ts';
import { MOST_USD } from '../formats.ts';
import { BASE, CHECK_PLAN } from './check-plan.ts';
import { ACCOUNT, count, MODE, OF_DISPATCH, positive, REQUIRED_OF_DISPATCH } from './parts.ts';

export const PAGE_REQUEST = {
  $id: 'dodo/page-request/1',
  title: 'PageRequest',
  description:
    "Topic getpage: please scrape this page. Dodo's own, with the dispatch id as ordering key; unknown fields are ignored, so that a rolling deploy rejects no page.",
  type: 'object',
  required: [...REQUIRED_OF_DISPATCH, 'parent', 'pageNumber', 'totalPages', 'pageSize'],
  properties: {
    ...OF_DISPATCH,
    parent: {
      description: 'Whose friends they are; metadata that the request gave travels along.',
      type: 'object',
      required: ['id', 'username', 'friendsCount'],
      properties: { ...ACCOUNT, friendsCount: count('Its number of friends when it was planned.') },
      additionalProperties: true,
    },
    grandparent: {
      description: 'What is readable of the account through which the parent was found.',
      type: 'object',
      properties: ACCOUNT,
    },
    pageNumber: positive('Which page, from 1.'),
    totalPages: positive('Of how many that are committed.'),
    pageSize: {
      description: 'Friends a page.',
      type: 'integer',
      minimum: 1,
      maximum: FRIENDS_PER_PAGE,
    },
    maxFriends: positive(
      'The most friends that may be bought on all pages together. In a message of before there was a bound it follows from the plan.',
    ),
    maxCostUsd: {
      description: "The cap of the run's request, in dollars: what is committed later is within it too.",
      type: 'number',
      minimum: 0,
      maximum: MOST_USD,
    },
    mode: { ...MODE, description: `${MODE.description} Absent: full.` },
    modeReason: {
      description:
        'Why it is read so and not as asked, as dispatches.mode_reason says it. Any text is taken: a rolling deploy may bring a reason that this version does not know.',
      type: 'string',
    },
    check: CHECK_PLAN,
    base: BASE,
  },
} as const;
