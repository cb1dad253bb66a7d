import { limitText } from '../plan/rate-limit.ts';
import { commandOn, quoted } from '../target/again.ts';
import type { Target } from '../target/target.ts';
import { cleaned } from '../terminal/clean.ts';
import { counted, duration, minuteOf, usd } from '../terminal/figures.ts';
import { type Column, tableOf } from '../terminal/table.ts';
import { type DispatchProgress, hasEnded, STATES, stateText } from './run-progress.ts';
import { isOver, type RunStatus } from './run-status.ts';
import { waitingText } from './waiting-text.ts';

const MOST_LINES = 200;

/** One line beside the pages: parents, time left, what is waited for. */
export function noteOf(status: RunStatus, { config, clock }: Pick<Target, 'config' | 'clock'>): string {
  const { dispatches, secondsLeft } = status;
  const ended = dispatches.filter(hasEnded).length;
  const left = secondsLeft === null ? '' : `; ${duration(secondsLeft)} left at ${limitText(config)}`;
  return `${ended} of ${counted(parentsOf(status), 'parent')} ended${left}${waitText(status, clock.now())}`;
}

/** What was planned between the question of what is not and that of what is counts once. */
const parentsOf = ({ dispatches, unplanned, parents }: RunStatus): number =>
  Math.max(dispatches.length, Math.min(dispatches.length + unplanned, parents ?? Number.POSITIVE_INFINITY));

function waitText({ dispatches, planningWaits }: RunStatus, nowMs: number): string {
  const waits = dispatches.flatMap((row) => row.waits ?? []);
  const [first] = [...waits, ...(planningWaits ? [planningWaits] : [])];
  return first ? `; waits: ${waitingText(first, nowMs)}` : '';
}

/** What is known of a run, for people. `width`: of the screen. */
export function runText(
  status: RunStatus,
  target: Pick<Target, 'where' | 'options' | 'config' | 'clock'>,
  leftToday: string,
  width?: number,
): string {
  const { dispatches, planningWaits, logUnknown, plannedUsd, committedUsd, spentUsd } = status;
  const [first] = dispatches;
  const nowMs = target.clock.now();
  const sorted = dispatches.toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
  const more = sorted.length - MOST_LINES;
  return [
    first
      ? `run ${status.runId} of job ${cleaned(first.job)}, dispatched ${minuteOf(first.dispatched_at)}`
      : `run ${status.runId}, not planned yet`,
    `${status.pagesDone} of ${counted(status.pagesExpected, 'page')}, ${noteOf(status, target)}`,
    `planned ${usd(plannedUsd)}, committed at most ${usd(committedUsd)}, spent ${usd(spentUsd)}; ${leftToday}`,
    ...(planningWaits ? [`planning waits: ${waitingText(planningWaits, nowMs)}`] : []),
    ...(logUnknown ? [`what it waits for is unknown (${logUnknown})`] : []),
    ...(target.where === 'local data' && !isOver(status)
      ? [`no stack is up: nothing goes on until "${commandOn(target, 'local')}"`]
      : []),
    ...(dispatches.some(({ state }) => state === 'stalled')
      ? [
          `stalled: "${commandOn(target, `republish ${quoted(status.runId)}`)}" asks again for what is missing`,
        ]
      : []),
    ...(first ? [tableOf(sorted.slice(0, MOST_LINES), dispatchColumns(nowMs), width)] : []),
    ...(more > 0 ? [`… and ${counted(more, 'more')}: --json prints all`] : []),
  ].join('\n');
}

type Figure = Column<DispatchProgress>;
export const STATE: Figure = { head: 'state', cell: stateText };
/** What is known of a dispatch beside its state. */
export const FIGURES: Figure[] = [
  { head: 'pages done/planned', cell: pagesText },
  { head: 'friends', cell: (row) => row.friends_listed },
  { head: 'count said', cell: (row) => row.friends_count },
];
/** How many pages a check has is known when it ends. */
function pagesText({ mode, pages_done, total_pages }: DispatchProgress): string {
  return mode === 'check' ? `${pages_done} (check)` : `${pages_done}/${total_pages ?? 0}`;
}

export const COST: Figure = { head: 'cost USD', cell: (row) => row.cost_usd };

const dispatchColumns = (nowMs: number): Column<RunStatus['dispatches'][number]>[] => [
  { head: 'parent', cell: (row) => `@${row.parent_username}` },
  STATE,
  ...FIGURES,
  COST,
  { head: 'waits for', cell: (row) => (row.waits ? waitingText(row.waits, nowMs) : '') },
  { head: 'dispatch', cell: (row) => row.dispatch_id },
];
