import { type Bench, type BenchContext, type Figures, scaled } from './bench.ts';
import { figuresOf, misplacedFiguresOf } from './support/checks/figures.ts';
import { foldMs } from './support/checks/fold.ts';
import { PROFILES } from './support/checks/profile.ts';
import { type Year, yearOf } from './support/checks/year.ts';

interface Row {
  friends: number;
  profile: keyof typeof PROFILES;
  keyframeDays: number;
  maxDepth: number | null;
  /** As many years, each of an account of its own: enough unfollows for a share of 99 %. */
  accounts: number;
}

const ROWS: Row[] = [
  { friends: 100, profile: 'typical', keyframeDays: 30, maxDepth: null, accounts: 120 },
  { friends: 100, profile: 'typical', keyframeDays: 90, maxDepth: null, accounts: 120 },
  { friends: 1000, profile: 'typical', keyframeDays: 30, maxDepth: null, accounts: 24 },
  { friends: 1000, profile: 'typical', keyframeDays: 90, maxDepth: null, accounts: 24 },
  { friends: 1000, profile: 'quiet', keyframeDays: 30, maxDepth: null, accounts: 40 },
  { friends: 1000, profile: 'quiet', keyframeDays: 90, maxDepth: null, accounts: 40 },
  { friends: 1000, profile: 'busy', keyframeDays: 30, maxDepth: null, accounts: 10 },
  { friends: 1000, profile: 'busy', keyframeDays: 90, maxDepth: null, accounts: 10 },
  { friends: 5000, profile: 'typical', keyframeDays: 30, maxDepth: 1000, accounts: 6 },
];

/** The order of X's list is not what it is believed to be: on 2 % of the days. */
const MISPLACED: Row = {
  friends: 1000,
  profile: 'typical',
  keyframeDays: 30,
  maxDepth: null,
  accounts: 24,
};
const MISPLACED_DAYS = 0.02;

export const checks: Bench = {
  name: 'checks',
  what: 'a year of two checks a day against one full read a day, on a simulated list (`<friends>-<profile>-<keyframe days>`)',
  run: async (context) => {
    const figures: Figures = { fold100000Ms: foldMs() };
    for (const row of ROWS) figures[nameOf(row)] = figuresOf(yearsOf(context, row, 0));
    figures[`${nameOf(MISPLACED)}-misplaced`] = misplacedFiguresOf(
      yearsOf(context, MISPLACED, MISPLACED_DAYS),
    );
    return figures;
  },
};

const nameOf = ({ friends, profile, keyframeDays }: Row) => `${friends}-${profile}-${keyframeDays}`;

function yearsOf(context: BenchContext, row: Row, misplaced: number): Year[] {
  const accounts = scaled(context, row.accounts, 2);
  context.say(`checks: ${nameOf(row)}, ${accounts} accounts${misplaced > 0 ? ', misplaced friends' : ''}`);
  const account = { ...row, profile: PROFILES[row.profile], misplaced };
  return Array.from({ length: accounts }, (_, seed) => yearOf(account, seed));
}
