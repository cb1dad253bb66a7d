import type { OrderHealth } from '../../../../shared/check/order-health.ts';
import { HOUR_MS } from '../../../../shared/times.ts';
import { type Dispatched, ParentReader } from '../../../shared/check/support/parent-reader.ts';
import type { SimulatedList } from '../../../shared/check/support/simulated-list.ts';
import { Random } from '../../../simulation/random.ts';
import { Life } from './life.ts';
import type { Profile } from './profile.ts';
import { READ_HOURS, Said } from './seen.ts';

export interface Account {
  friends: number;
  profile: Profile;
  keyframeDays: number;
  maxDepth: number | null;
  /** On this share of the days one of the top 20 is shown at any other place. */
  misplaced: number;
}

/** One account through one year; a unit is what X charges for one friend or one look-up. */
export interface Year {
  fullDailyUnits: number;
  checkUnits: number;
  /** Days until it was said. */
  followed: number[];
  unfollowed: number[];
  /** Friends called gone that are listed, or followed that are not. */
  falseClaims: number;
  /** Whose last read was complete, or a check that explained the whole count. */
  checkedDays: number;
  fullReads: number;
  /** Searches that were read to the end: full reads too, and the next one is due an interval later. */
  checksToEnd: number;
  order: OrderHealth;
}

const DAYS = 365;
const TOP = 20;
/** What happens in the last days is not asked for: a week must be left to see it. */
const UNTIL_HOUR = (DAYS - 8) * 24;
const START_MS = Date.UTC(2026, 0, 1);

/** Read twice a UTC day, in which X charges a resource once; against one full read a day. */
export function yearOf(account: Account, seed: number): Year {
  const random = new Random(seed);
  const life = new Life(account.friends, account.profile, random);
  const reader = new ParentReader({ parentId: `${1000 + seed}`, ...account });
  const said = new Said();
  const year: Year = {
    fullDailyUnits: 0,
    checkUnits: 0,
    followed: [],
    unfollowed: [],
    falseClaims: 0,
    checkedDays: 0,
    fullReads: 0,
    checksToEnd: 0,
    order: 'sound',
  };
  for (let day = 0; day < DAYS; day++) {
    if (random.chance(account.misplaced)) misplaceOneOfTop(life.list, random);
    const reads: Dispatched[] = [];
    for (let hour = day * 24; hour < (day + 1) * 24; hour++) {
      life.live(hour);
      if (!READ_HOURS.includes(hour % 24)) continue;
      const read = reader.dispatch(life.list, life.countAt(hour), START_MS + hour * HOUR_MS);
      reads.push(read);
      said.say('followed', read.followed, hour);
      said.say('unfollowed', read.gone, hour);
      year.falseClaims += falseClaimsOf(read, life.list);
    }
    year.fullDailyUnits += 1 + life.list.listed().length;
    year.checkUnits += unitsOf(reads);
    year.fullReads += reads.filter(({ planning }) => planning.mode === 'full').length;
    year.checksToEnd += reads.filter(isCheckToEnd).length;
    if (['checked', 'complete'].includes(reads.at(-1)?.state ?? '')) year.checkedDays++;
    life.list.showAllInPlace();
  }
  year.followed = said.delays('followed', life.happened, UNTIL_HOUR);
  year.unfollowed = said.delays('unfollowed', life.happened, UNTIL_HOUR);
  year.order = reader.worstOrder;
  return year;
}

const isCheckToEnd = ({ planning, state }: Dispatched) => planning.mode === 'check' && state === 'complete';

function misplaceOneOfTop(list: SimulatedList, random: Random): void {
  const listed = list.listed();
  const id = listed[random.between(0, Math.min(TOP, listed.length) - 1)];
  if (id !== undefined) list.misplace(id, random.between(0, listed.length - 1));
}

/** Each friend once, each account that was looked up once: the two are not known to be charged together. */
function unitsOf(reads: readonly Dispatched[]): number {
  const friends = new Set(reads.flatMap(({ pages }) => pages.flat()));
  const lookedUp = new Set(reads.flatMap(({ asked }) => ['the parent', ...asked]));
  return friends.size + lookedUp.size;
}

function falseClaimsOf({ gone, followed }: Dispatched, list: SimulatedList): number {
  return gone.filter((id) => list.isListed(id)).length + followed.filter((id) => !list.isListed(id)).length;
}
