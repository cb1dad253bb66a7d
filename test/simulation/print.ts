import { DAY_MS } from '../../shared/times.ts';
import type { Report } from './simulate.ts';
import { missingIn, type Tally } from './tally.ts';

/** How to see a simulation again, event by event. */
const replayOf = ({ seed, profile }: Pick<Report, 'seed' | 'profile'>): string =>
  `npm run simulate -- --seed ${seed}${profile === 'swarm' ? '' : ` --profile ${profile}`}`;

/** The events of a simulation, one a line (the last `most`), how it ended, and how to see it again. */
export function storyOf(report: Report, most = Number.POSITIVE_INFINITY): string {
  const { failure, trace } = report;
  const left = Math.max(0, trace.length - most);
  return [
    ...(left > 0 ? [`(${left} lines before this one)`] : []),
    ...trace.slice(left),
    failure ? sentenceOf(failure) : 'Every promise held.',
    replayOf(report),
  ].join('\n');
}

/** What happened in all of them. */
export function summaryOf(tally: Tally, seconds: number): string {
  const days = (tally.simulatedMs / DAY_MS).toFixed(0);
  const againOf = (counts: Record<string, number>) =>
    Object.entries(counts).map(([why, times]) => `${times} times again (${why})`);
  return [
    ...linesOf('injected', tally.faults),
    ...linesOf('reached', tally.reached),
    `Not met in ${tally.runs} simulations: ${missingIn(tally).join(', ') || 'nothing that should be'}`,
    ...tally.failures
      .slice(0, 20)
      .flatMap(({ failure, ...report }) => (failure ? [sentenceOf(failure), `  ${replayOf(report)}`] : [])),
    `${tally.events} events, ${days} simulated days in ${seconds.toFixed(1)} s (${(tally.runs / seconds).toFixed(0)} simulations a second)`,
    `${tally.xCalls} calls to X, ${tally.bought} pages bought, ${againOf(tally.boughtAgain).join(', ')}`,
    `${tally.lookUps} look-ups of parents paid, ${againOf(tally.lookUpsAgain).join(', ')}`,
    `${tally.charged} friends charged for, ${tally.chargedAgain} of them on pages that were bought again`,
    `Simulations: ${tally.runs - tally.failures.length} passed, ${tally.failures.length} failed`,
  ].join('\n');
}

function sentenceOf({ promise, what }: NonNullable<Report['failure']>): string {
  return `BROKEN ${promise}: ${what}`;
}

function linesOf(what: string, counts: Record<string, number>): string[] {
  const sorted = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, count]) => `${String(count).padStart(9)}  ${what}: ${name}`);
}
