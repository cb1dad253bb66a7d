import type { Figures } from '../../bench.ts';
import { rounded } from '../statistics.ts';
import type { Year } from './year.ts';

/** https://docs.x.com/x-api/getting-started/pricing: a friend, and an account that is looked up. */
const UNIT_USD = 0.01;

/** Of several years of one kind of account; money and reads are those of one account in one year. */
export function figuresOf(years: readonly Year[]): Figures {
  const mean = (of: (year: Year) => number) => years.reduce((sum, year) => sum + of(year), 0) / years.length;
  const [fullDaily, checks] = [mean(({ fullDailyUnits }) => fullDailyUnits), mean((year) => year.checkUnits)];
  const followed = years.flatMap((year) => year.followed);
  const unfollowed = years.flatMap((year) => year.unfollowed);
  return {
    accounts: years.length,
    fullDailyUsd: rounded(fullDaily * UNIT_USD, 0),
    checksUsd: rounded(checks * UNIT_USD, 1),
    costRatio: rounded(checks / fullDaily, 4),
    followsDay: shareWithin(followed, 1),
    followsWeek: shareWithin(followed, 7),
    unfollowsDay: shareWithin(unfollowed, 1),
    unfollowsWeek: shareWithin(unfollowed, 7),
    falseClaims: years.reduce((sum, year) => sum + year.falseClaims, 0),
    checkedDays: rounded(mean((year) => year.checkedDays) / 365, 4),
    fullReads: rounded(
      mean((year) => year.fullReads),
      1,
    ),
    checksToEnd: rounded(
      mean((year) => year.checksToEnd),
      1,
    ),
  };
}

/** Where X's order is not what checks rest on. */
export function misplacedFiguresOf(years: readonly Year[]): Figures {
  const shareWhere = (holds: (year: Year) => boolean) =>
    rounded(years.filter(holds).length / years.length, 4);
  return {
    ...figuresOf(years),
    mostFalseClaims: Math.max(...years.map(({ falseClaims }) => falseClaims)),
    foundShare: shareWhere(({ order }) => order !== 'sound'),
    backToFullShare: shareWhere(({ order }) => order === 'broken'),
  };
}

function shareWithin(delays: readonly number[], days: number): number {
  return rounded(delays.filter((delay) => delay <= days).length / delays.length, 4);
}
