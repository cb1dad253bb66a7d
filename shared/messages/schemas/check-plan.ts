import { ACCOUNT, count, OF_DISPATCH, positive, time } from './parts.ts';

const ids = <D extends string>(description: D) => {
  const { pattern } = ACCOUNT.id;
  return { description, type: 'array', items: { type: 'string', pattern } } as const;
};

export const CHECK_PLAN = {
  description:
    'Of a check, and of nothing else: what the planner has fixed for it before its first page, so that a redelivery asks for the same and concludes the same.',
  type: 'object',
  required: [
    ...(['baseDispatchId', 'baseCount', 'count', 'maxFriends'] as const),
    ...(['depth', 'carried', 'answers', 'keyframePassed'] as const),
  ],
  properties: {
    baseDispatchId: {
      ...OF_DISPATCH.dispatchId,
      description:
        'What this check is compared with; the known list is made of rows up to this one and no others.',
    },
    baseCount: count("X's count of friends at the base."),
    count: count("X's count of friends now."),
    maxFriends: positive(
      'The most friends that X may return: what is committed, and what is bought at most.',
    ),
    depth: {
      description:
        "head: until friends that are known are met. search: on, while X's count says that somebody is gone. collapsed: the count is not to be believed; the head only, and nobody is called gone.",
      type: 'string',
      enum: ['head', 'search', 'collapsed'],
    },
    carried: {
      description:
        'What the base left open, and this check takes over. All are numbers of friends, but fruitless.',
      type: 'object',
      required: ['fewer', 'unfound', 'more', 'fruitless'],
      properties: {
        fewer: count("By X's count so many are gone that nobody has found missing."),
        unfound: count('The part of fewer that a search down to maxDepth has not found: they stand deeper.'),
        more: count("By X's count so many are there that nobody has seen."),
        fruitless: count('How many searches in a row have read to the end and found nobody missing.'),
      },
    },
    answers: {
      description:
        'What X has said of friends that were missing in the base, whether it called them gone or not, since they were found missing.',
      type: 'object',
      required: ['suspended', 'notFound', 'active'],
      properties: {
        suspended: ids('Ids of the suspended.'),
        notFound: ids('Ids of those that X does not find.'),
        active: ids('Ids of those that are there; a protected one is.'),
      },
    },
    keyframePassed: {
      description:
        'How much of the time from the last full read to the next has passed, from 0; 1 and more: it is due.',
      type: 'number',
      minimum: 0,
    },
  },
} as const;

export const BASE = {
  description:
    'The ended dispatch that the read is compared with: of a check, and of a full read that checks have brought about.',
  type: 'object',
  required: ['dispatchId', 'fullReadAt', 'at'],
  properties: {
    dispatchId: { ...OF_DISPATCH.dispatchId, description: 'Which dispatch it is.' },
    fullReadAt: time('When the full read was dispatched that it rests on.'),
    at: time('When it was dispatched itself.'),
  },
} as const;
