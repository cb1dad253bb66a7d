import { DAY_MS, isoOf } from '../../../shared/times.ts';
import { counted, grouped } from '../terminal/figures.ts';
import type { KnownCount } from './known-counts.ts';

/** How many accounts have their count from where; the times are null where nobody knows how old it is. */
export interface CountsUsed {
  from: KnownCount['from'] | 'request';
  accounts: number;
  oldest: string | null;
  newest: string | null;
}

type Used = Pick<KnownCount, 'from'> | { from: 'request' };

export const countsUsed = (counts: (Used & { atMs?: number })[]): CountsUsed[] =>
  countsTogether(
    counts.map(({ from, atMs }) => {
      const at = atMs === undefined ? null : isoOf(atMs);
      return [{ from, accounts: 1, oldest: at, newest: at }];
    }),
  );

const FROM: Record<CountsUsed['from'], string> = {
  request: 'as given',
  'look-up': "by X's look-ups of",
  plan: 'as planned on',
  'friends list': "as X said in others' lists of friends of",
};

/** "2 accounts by X's look-ups of 2026-11-20 to 2026-11-25 (the oldest 7 days old); 1 account as given". */
export const countsText = (counts: CountsUsed[], nowMs: number): string =>
  counts
    .map(({ from, accounts, ...of }) => `${counted(accounts, 'account')} ${FROM[from]}${ageText(of, nowMs)}`)
    .join('; ');

function ageText({ oldest, newest }: Pick<CountsUsed, 'oldest' | 'newest'>, nowMs: number): string {
  if (oldest === null || newest === null) return '';
  const [from, to] = [oldest.slice(0, 10), newest.slice(0, 10)];
  const days = Math.round((nowMs - Date.parse(oldest)) / DAY_MS);
  const age = days < 1 ? 'less than a day old' : days === 1 ? 'a day old' : `${grouped(days)} days old`;
  return from === to ? ` ${from} (${age})` : ` ${from} to ${to} (the oldest ${age})`;
}

/** A line of what is announced; none where no count is known. */
export const countsLines = (counts: CountsUsed[], nowMs: number): string[] =>
  counts.length === 0 ? [] : [`counts      ${countsText(counts, nowMs)}`];

/** Those of several announcements together. */
export function countsTogether(each: CountsUsed[][]): CountsUsed[] {
  return [...Map.groupBy(each.flat(), ({ from }) => from)].map(([from, of]) => {
    const times = of.flatMap(({ oldest, newest }) => [oldest ?? [], newest ?? []].flat()).sort();
    const accounts = of.reduce((sum, one) => sum + one.accounts, 0);
    return { from, accounts, oldest: times[0] ?? null, newest: times.at(-1) ?? null };
  });
}
