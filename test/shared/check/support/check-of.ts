import { headOf } from '../../../../shared/check/next-page.ts';
import type { Answers, Carried, CheckPlan } from '../../../../shared/check/plan.ts';
import type { CheckSoFar } from '../../../../shared/check/so-far.ts';

/** `K0` is the friend that was followed last; `words('K0 N K1')` and `known(3)` are lists of them. */
export const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
export const known = (friends: number): string[] => Array.from({ length: friends }, (_, n) => `K${n}`);

/** A check as a test tells it: only what differs from a quiet one of a list of 1,000. */
export interface Told {
  /** Friends that are known, newest first. */
  known?: readonly string[];
  former?: string[];
  /** What X lists: one page, or several. */
  read: string | string[];
  /** X's count now, less that of the base. */
  delta?: number;
  carried?: Partial<Carried>;
  answers?: Partial<Answers>;
  depth?: CheckPlan['depth'];
  maxFriends?: number;
  keyframePassed?: number;
  isEnd?: boolean;
  unknown?: string[];
  forgotten?: string[];
}

const NOTHING: Carried = { fewer: 0, unfound: 0, more: 0, fruitless: 0 };

export function planOf(told: Omit<Told, 'read'>): CheckPlan {
  const baseCount = (told.known ?? known(1000)).length;
  const [delta, carried] = [told.delta ?? 0, { ...NOTHING, ...told.carried }];
  const isSearch = delta < 0 || carried.fewer > carried.unfound;
  return {
    baseDispatchId: 'base',
    baseCount,
    count: baseCount + delta,
    depth: told.depth ?? (isSearch ? 'search' : 'head'),
    maxFriends:
      told.maxFriends ?? (isSearch ? baseCount + delta : headOf(baseCount + delta) + 3 * delta + 20),
    carried,
    answers: { suspended: [], notFound: [], active: [], ...told.answers },
    keyframePassed: told.keyframePassed ?? 0,
  };
}

export function checkOf(told: Told): CheckSoFar {
  return {
    plan: planOf(told),
    known: { ids: told.known ?? known(1000), former: new Set(told.former) },
    pages: [told.read].flat().map(words),
    isEnd: told.isEnd ?? false,
    unknown: new Set(told.unknown),
    forgotten: new Set(told.forgotten),
  };
}
