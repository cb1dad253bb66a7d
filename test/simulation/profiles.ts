import { FAULT_NAMES, type Fault } from './faults.ts';
import type { Random } from './random.ts';

/** How X's page tokens are made: each one new, the same for the same place, or a mere count of friends. */
export type TokenStyle = 'unique' | 'anchored' | 'offset';

export interface Profile {
  name: string;
  /** 0: never; 1: as often as faults.ts says. */
  strengths: Partial<Record<Fault, number>>;
  /** Whether Pub/Sub keeps the order of an ordering key. */
  ordered: boolean;
  tokens: TokenStyle;
  /** More parents than one chunk holds. */
  isLarge: boolean;
  /** Lists are read in full and then checked, while they change. */
  runsChecks: boolean;
}

const GROUPS = {
  calm: [],
  delivery: [
    'duplicate at once',
    'duplicate later',
    'duplicate a day later',
    'delivered late',
    'ack lost',
    'messages expire',
  ],
  publishing: ['publish failed', 'publish unknown, done now', 'publish unknown, done later'],
  warehouse: [
    'read failed',
    'append failed',
    'append unknown, done now',
    'append unknown, done later',
    'insert failed',
    'insert unknown, done now',
    'insert unknown, done later',
    'job fails',
    'job runs on',
    'row stored twice',
    'row reduced',
    'row refused',
    'request refused',
    'column unknown',
    'warehouse away',
  ],
  crashes: [
    'crash at a point',
    'crash in between',
    'handover to a new instance',
    'second instance',
    'instance frozen',
  ],
  clocks: ['clock skewed', 'window tiny', 'window used up by others'],
  limits: ['window used up by others', 'rate headers missing', 'window tiny'],
  caps: ['credits exhausted', 'spend cap', 'usage cap', 'credentials refused'],
  away: ['X away', 'answer lost', 'answer cut off', 'X stalls', 'warehouse away', 'read failed'],
  odd: [
    'answer not understood',
    'answer without meta',
    'problem beside an empty list',
    'page poisoned',
    'parent poisoned',
    'account unmentioned',
    'count missing',
    'friend named by a problem',
  ],
  moving: ['list grew', 'list shrank', 'count wrong', 'account closed', 'username handed on'],
  lists: ['short page', 'empty page', 'cursor loop', 'token rejected', 'page refused', 'count absurd'],
  requests: [
    'request published again',
    'two chunks at once',
    'message unusable',
    'parent under two names',
    'grandparent malformed',
    'more than a chunk',
  ],
  budget: ['cap of the request', 'cap on the run', 'cap on the day', 'count wrong', 'two chunks at once'],
  checks: [
    ...([
      'duplicate at once',
      'duplicate later',
      'duplicate a day later',
      'delivered late',
      'ack lost',
    ] as const),
    ...(['publish failed', 'publish unknown, done now', 'publish unknown, done later'] as const),
    ...(['crash at a point', 'crash in between', 'handover to a new instance', 'second instance'] as const),
    ...(['request published again', 'short page', 'empty page', 'friend named by a problem'] as const),
    ...(['append failed', 'append unknown, done later', 'row stored twice', 'read failed'] as const),
    ...(['friend misplaced', 'order changed', 'count collapsed', 'friend forgotten'] as const),
  ],
} satisfies Record<string, Fault[]>;

export type ProfileName = keyof typeof GROUPS | 'everything' | 'swarm';
export const PROFILE_NAMES = [...Object.keys(GROUPS), 'everything', 'swarm'] as ProfileName[];

/** Google documents, or admits, that these happen every week: there is no world without them. */
const EVERYWHERE: Fault[] = ['row seen late', 'scheduler publishes twice', 'second planner'];
const LARGE = 0.04;
/** Every profile is of full reads, but for this share of the worlds of some. */
const CHECKS = 0.3;
const MIXED: ProfileName[] = ['swarm', 'everything'];
const SLOW: Fault[] = [...GROUPS.caps, 'window tiny'];
const TOKEN_STYLES: TokenStyle[] = ['unique', 'anchored', 'offset'];

/**
 * A named profile has its faults at full strength. 'swarm' has some faults at some strength, others with each
 * seed: a fault that is always there would hide what happens without it.
 */
export function profileOf(name: ProfileName, random: Random): Profile {
  const chosen = new Map(strengths(name, random));
  for (const fault of EVERYWHERE) chosen.set(fault, 1);
  const isLarge = chosen.has('more than a chunk') && random.chance(LARGE);
  // Hundreds of messages that wait for days would be most of what is simulated.
  if (isLarge) for (const fault of SLOW) chosen.delete(fault);
  else chosen.delete('more than a chunk');
  return {
    name,
    strengths: Object.fromEntries(chosen),
    ordered: random.chance(0.6),
    tokens: random.pick(TOKEN_STYLES),
    isLarge,
    runsChecks: !isLarge && (name === 'checks' || (MIXED.includes(name) && random.chance(CHECKS))),
  };
}

function strengths(name: ProfileName, random: Random): [Fault, number][] {
  switch (name) {
    case 'everything':
      return FAULT_NAMES.map((fault) => [fault, 0.5]);
    case 'swarm':
      if (random.chance(0.15)) return strengths('everything', random);
      return FAULT_NAMES.filter(() => random.chance(0.35)).map((fault) => [fault, 0.25 + random.next()]);
    default:
      return GROUPS[name].map((fault) => [fault, 1]);
  }
}
