import { ACCOUNT, count, MODE, OF_DISPATCH, REQUIRED_OF_DISPATCH } from './parts.ts';

/** How a list may have ended, as `dispatch_progress` calls it (R26). */
export const END_STATES = [
  ...(['complete', 'checked', 'open', 'unaligned'] as const),
  ...(['partial', 'unavailable', 'over_budget'] as const),
] as const;

export const ANNOUNCEMENT = {
  $id: 'dodo/announcement/1',
  title: 'Announcement',
  description:
    "Topic changes: a list has ended. At least once, and never before its rows can be read; its ordering key is the parent's id, or the username where X never told an id. What is in it stays; fields may be added.",
  type: 'object',
  required: [
    ...([...REQUIRED_OF_DISPATCH, 'parent', 'mode', 'state', 'friendsListed'] as const),
    ...(['followed', 'reappeared', 'noLongerListed', 'withheld', 'costUsd'] as const),
  ],
  properties: {
    ...OF_DISPATCH,
    parent: {
      description: 'Whose list it is; without an id where X never told one.',
      type: 'object',
      required: ['username'],
      properties: ACCOUNT,
    },
    mode: MODE,
    state: {
      description: 'How it has ended, as dispatch_progress says it.',
      type: 'string',
      enum: END_STATES,
    },
    reason: { description: 'Why it is partial, unavailable or over budget.', type: 'string' },
    friendsListed: count(
      'Friends that the view friends has of this dispatch: of a check those that it read.',
    ),
    followed: count('Changes "followed" that the view friend_changes has by this dispatch.'),
    reappeared: count('The same of "reappeared".'),
    noLongerListed: count('The same of "no_longer_listed".'),
    withheld: count('The same of "withheld": nobody counts them as gone.'),
    costUsd: {
      description: 'What the dispatch has cost, in dollars: its pages, and the look-up of its parent.',
      type: 'number',
      minimum: 0,
    },
  },
} as const;
