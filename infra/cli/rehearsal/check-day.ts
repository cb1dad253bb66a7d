import { v4 } from 'uuid';
import { costOf, sumUsd } from '../../../shared/x/prices.ts';
import { publishRequests } from '../plan/requests.ts';
import type { DispatchProgress } from '../run/run-progress.ts';
import { rowsOf, text } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { counted, usd } from '../terminal/figures.ts';
import { CHECK_REQUEST } from './demo-requests.ts';
import type { Simulator } from './simulator.ts';

/** Publishes the checks of a day, and returns the ids of their runs. */
export async function publishChecks(target: Target): Promise<string[]> {
  const run = { runId: v4(), dispatchedAt: new Date(target.clock.now()).toISOString() };
  await publishRequests(target, [{ ...CHECK_REQUEST, ...run }]);
  return [run.runId];
}

/** Takes `@run_id` STRING. What a run has shown, by who was seen and who is said to be gone. */
const shownSql = (dataset: string) => `
SELECT parent_username, friend_id, TRUE AS is_listed FROM ${dataset}.friends WHERE run_id = @run_id
UNION ALL
SELECT parent_username, friend_id, FALSE FROM ${dataset}.friend_changes
WHERE run_id = @run_id AND change = 'no_longer_listed'`;

type Shown = { parent_username: string; friend_id: string; is_listed: boolean };

/** The simulator knows the truth: nothing that the checks say may be otherwise. Throws Failure. */
export async function checkedWithTruth(
  target: Target,
  x: Simulator,
  progress: DispatchProgress[],
): Promise<string> {
  const run_id = text(progress[0]?.run_id ?? '');
  const shown = await rowsOf<Shown>(target, shownSql, { run_id });
  for (const { parent_username: parent } of progress) {
    const truth = new Set((await x.truthOf(parent)).friends.map(({ id }) => id));
    const isFalse = ({ parent_username, friend_id, is_listed }: Shown) =>
      parent_username === parent && truth.has(friend_id) !== is_listed;
    if (shown.some(isFalse))
      throw new Failure(`what the check of ${parent} says is not what X has: please report this.`);
  }
  const gone = shown.filter(({ is_listed }) => !is_listed).length;
  return `${counted(gone, 'friend')} found gone, and nothing of it is false.\n${savedText(target, progress)}`;
}

function savedText({ config }: Target, progress: DispatchProgress[]): string {
  const cost = sumUsd(progress.map((row) => row.cost_usd));
  const full = sumUsd(
    progress.flatMap(({ friends_count }) => [
      costOf(friends_count ?? 0, config.PRICE_PER_FRIEND_USD),
      config.PRICE_PER_USER_USD,
    ]),
  );
  return `These checks cost ${usd(cost)} of X's price; full reads would cost ${usd(full)}: ${usd(sumUsd([full, -cost]))} saved.`;
}
