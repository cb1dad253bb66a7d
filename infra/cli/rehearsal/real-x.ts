import { join, resolve } from 'node:path';
import { systemClock } from '../../../shared/clock.ts';
import { type Config, readConfig } from '../../../shared/config.ts';
import { costOf, sumUsd } from '../../../shared/x/prices.ts';
import { newRequest, publishRequest } from '../commands/dispatch.ts';
import { startOnRealX } from '../commands/local.ts';
import { plannedAgain } from '../plan/planned-again.ts';
import { parentNamed, selectionOf } from '../plan/selection.ts';
import type { RunStatus } from '../run/run-status.ts';
import { runText } from '../run/run-table.ts';
import { showWatched, watchRun } from '../run/watch.ts';
import { assertWhole, stackTarget, type Target } from '../target/target.ts';
import { agree } from '../terminal/agree.ts';
import { count, usd } from '../terminal/words.ts';

export interface RealScrapeOptions {
  /** Where the data lies. */
  data: string;
  job: string;
  maxCost?: number;
  yes?: boolean;
}

/** `npm start -- PARENT…`: scrapes real accounts into a local warehouse. */
export async function scrapeRealX(names: string[], options: RealScrapeOptions): Promise<void> {
  const parents = names.map(parentNamed);
  const config = readConfig();
  const stack = await startOnRealX(options.data, config);
  try {
    const target = await stackTarget(stack.config, resolve(options.data));
    const { parents: chosen } = await selectionOf(target, { parents });
    await Promise.race([scrape(target, chosen, options), assertWhole(stack, options.data)]);
  } finally {
    await stack.stop();
  }
}

/**
 * What a list costs is known only when X has said how long it is. So the run is first planned with room for the
 * look-ups alone, which makes the planner record every count and buy nothing, and is then published again, as the
 * same run, once its price is agreed to. Nothing is looked up twice.
 */
async function scrape(
  target: Target,
  parents: ReturnType<typeof parentNamed>[],
  options: RealScrapeOptions,
): Promise<void> {
  const { yes } = options;
  const lookUpsUsd = costOf(parents.length, target.config.PRICE_PER_USER_USD);
  const what = `X is asked for ${count(parents.length, 'account')}, to learn the price: at most ${usd(lookUpsUsd)}.`;
  if (target.x === 'real') await agree(what, { yes });
  else console.log(what);
  const request = newRequest({ parents, notes: [] }, { job: options.job });
  await publishRequest(target, { ...request, maxCostUsd: lookUpsUsd });
  const priced = await watched(target, request.runId);
  const open = priced.dispatches.filter(({ state }) => state === 'over_budget');
  const price = sumUsd(open.map((row) => costOf(row.friends_count ?? 0, target.config.PRICE_PER_FRIEND_USD)));
  console.log(priceLines(priced, target.config).join('\n'));
  if (open.length > 0) {
    if (target.x === 'real') await agree(`Their lists cost ${usd(price)}.`, { yes });
    const sinceMs = systemClock.now();
    const { maxCost } = options;
    await publishRequest(target, { ...request, ...(maxCost !== undefined && { maxCostUsd: maxCost }) });
    await plannedAgain(target, { runId: request.runId, dispatches: open.length, sinceMs }, systemClock);
  }
  const done = await watched(target, request.runId);
  console.log(runText(done, target, `the data lies in ${options.data}`));
  const { writeReport } = await import('../report/write.ts'); // the charting library takes its time to load
  console.log(await writeReport(target, { out: join(options.data, 'report.html'), clock: systemClock }));
}

async function watched(target: Target, runId: string): Promise<RunStatus> {
  const display = showWatched(target, runId);
  try {
    return await watchRun(target, runId, systemClock, display.see);
  } finally {
    display.done();
  }
}

function priceLines({ dispatches }: RunStatus, { PRICE_PER_FRIEND_USD }: Config): string[] {
  return dispatches.map(({ parent_username, state, reason, friends_count }) => {
    const name = `@${parent_username}`.padEnd(17);
    if (state !== 'over_budget' || friends_count === null)
      return `${name} ${[state, reason].filter(Boolean).join(': ')}`;
    return `${name} ${count(friends_count, 'friend')}, ${usd(costOf(friends_count, PRICE_PER_FRIEND_USD))}`;
  });
}
