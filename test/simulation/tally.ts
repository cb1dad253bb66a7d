import { CRASH_POINTS } from './crash-points.ts';
import { FAULT_NAMES } from './faults.ts';
import type { Report } from './simulate.ts';

const named = (prefix: string, names: string[]): string[] => names.map((name) => `${prefix}${name}`);

/** What a large enough number of simulations must have come across, or it says less than it seems to. */
const MUST_REACH: string[] = [
  ...named('crash ', [...CRASH_POINTS]),
  ...named('pagedispatch: ', ['split', 'planned', 'rejected', 'set-aside', 'back-in-line']),
  ...named('announced ', ['complete', 'checked', 'open', 'partial', 'unavailable', 'over_budget', 'changes']),
  ...named('getpage: ', ['announced', 'stored', 'already-complete', 'list-ended', 'rejected']),
  ...named('getmetadata: ', ['observed', 'already-observed', 'rejected']),
  ...named('seen ', ['complete', 'running', 'stalled', 'partial', 'unavailable', 'over_budget']),
  ...named('ended ', ['complete', 'over_budget: in words']),
  ...named('ended unavailable: ', ['protected', 'suspended', 'not_found', 'refused']),
  ...named('ended partial: ', ['protected', 'suspended', 'not_found', 'refused']),
  ...named('ended partial: ', ['page_token_rejected', 'cursor_loop', 'in words']),
  ...named('waited: ', ['rate-limited', 'paced', 'credits-exhausted', 'spend-cap', 'usage-cap']),
  ...named('waited: ', ['credentials-refused', 'x-unreachable', 'unreadable', 'not-understood', 'warehouse']),
  ...named('waited: ', ['stopped', 'the end of a list is not to be seen yet']),
  ...named('waited: ', ['the page before it is not stored yet', 'BigQuery did not insert']),
  ...named('ended ', ['checked', 'open']),
  ...named('check ended: ', ['overlap', 'end']),
  ...named('planned full: ', ['no_base', 'keyframe']),
  ...named('told: ', ['followed', 'no_longer_listed', 'reappeared']),
  ...named('', ['check found somebody gone', 'count lags', 'check beside forgotten friends']),
  ...named('', ['checks with one base']),
  ...named('', ['side by side', 'insert overtaken', 'replayed']),
];

/** The sum of many reports; plain data, so that workers can hand it over. */
export interface Tally {
  runs: number;
  events: number;
  simulatedMs: number;
  xCalls: number;
  bought: number;
  boughtAgain: Record<string, number>;
  lookUps: number;
  lookUpsAgain: Record<string, number>;
  charged: number;
  chargedAgain: number;
  faults: Record<string, number>;
  reached: Record<string, number>;
  failures: Pick<Report, 'seed' | 'profile' | 'failure'>[];
}

export function emptyTally(): Tally {
  const sums = { runs: 0, events: 0, simulatedMs: 0, xCalls: 0, bought: 0, charged: 0, chargedAgain: 0 };
  return { ...sums, lookUps: 0, lookUpsAgain: {}, boughtAgain: {}, faults: {}, reached: {}, failures: [] };
}

export function addReport(tally: Tally, { seed, profile, failure, ...report }: Report): void {
  addTally(tally, {
    ...report,
    runs: 1,
    failures: failure ? [{ seed, profile, failure }] : [],
  });
}

const SUMS = [
  ...(['runs', 'events', 'simulatedMs', 'xCalls'] as const),
  ...(['bought', 'charged', 'chargedAgain', 'lookUps'] as const),
];

/** Adds up what workers have come to. */
export function addTally(tally: Tally, more: Tally): void {
  for (const key of SUMS) tally[key] += more[key];
  for (const key of ['boughtAgain', 'lookUpsAgain', 'faults', 'reached'] as const)
    for (const [name, count] of Object.entries(more[key])) tally[key][name] = (tally[key][name] ?? 0) + count;
  tally.failures.push(...more.failures);
}

/** What has not happened although it should have. */
export function missingIn({ faults, reached }: Tally): string[] {
  const neverInjected = FAULT_NAMES.filter((fault) => !faults[fault]);
  return [...named('fault: ', neverInjected), ...MUST_REACH.filter((what) => !reached[what])];
}
