import type { Mode } from '../plan/reading.ts';
import { COUNT } from './formats.ts';
import { ACCOUNT, OF_DISPATCH, type OfDispatch } from './parts.ts';

/** How a list may have ended, as `dispatch_progress` calls it (R26). */
export const END_STATES = [
  ...(['complete', 'checked', 'open', 'unaligned'] as const),
  ...(['partial', 'unavailable', 'over_budget'] as const),
];
export type EndState = (typeof END_STATES)[number];

/** Topic `changes`: a list has ended (R31). For others, and what is in it stays: fields may be added. */
export interface Announcement extends OfDispatch {
  /** Without an id where X never told one. */
  parent: { id?: string; username: string };
  mode: Mode;
  state: EndState;
  /** Why it is partial, unavailable or over budget. */
  reason?: string;
  /** Friends that the view `friends` has of this dispatch: of a check those that it read. */
  friendsListed: number;
  /** Changes that the view `friend_changes` has by this dispatch. */
  followed: number;
  reappeared: number;
  noLongerListed: number;
  withheld: number;
  /** What the dispatch has cost: its pages, and the look-up of its parent. */
  costUsd: number;
}

const FRIENDS = { ...COUNT, minimum: 0 };

export const ANNOUNCEMENT = {
  $id: 'dodo/announcement/1',
  type: 'object',
  required: [
    ...[...Object.keys(OF_DISPATCH), 'parent', 'mode', 'state', 'friendsListed'],
    ...['followed', 'reappeared', 'noLongerListed', 'withheld', 'costUsd'],
  ],
  properties: {
    ...OF_DISPATCH,
    parent: { type: 'object', required: ['username'], properties: ACCOUNT },
    mode: { type: 'string', enum: ['full', 'check'] },
    state: { type: 'string', enum: END_STATES },
    reason: { type: 'string' },
    friendsListed: FRIENDS,
    ...{ followed: FRIENDS, reappeared: FRIENDS, noLongerListed: FRIENDS, withheld: FRIENDS },
    costUsd: { type: 'number', minimum: 0 },
  },
};
