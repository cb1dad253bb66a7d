import { join } from 'node:path';
import { readConfig } from '../../../shared/config.ts';
import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { costOf, sumUsd } from '../../../shared/x/prices.ts';
import { costOfList } from '../plan/cost-estimate.ts';
import { agreeToPay, type Price, priceText } from '../plan/price.ts';
import { newRequest, publishRequests, type RunOptions } from '../plan/requests.ts';
import { parentNamed, selected } from '../plan/selection.ts';
import { plannedAgain } from '../run/follow.ts';
import { stateText } from '../run/run-progress.ts';
import type { RunStatus } from '../run/run-status.ts';
import { runText } from '../run/run-table.ts';
import { watchOnTerminal } from '../run/watch.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { counted, usd } from '../terminal/figures.ts';
import { type WideOptions, widthFor } from '../terminal/table.ts';
import { sayWhichX, startOnRealX, whileUp } from './start.ts';

export type RealScrape = Omit<RunOptions, 'pageSize'> & WideOptions & { yes?: boolean };

/** `npm start -- PARENT…`: scrapes real accounts into a local warehouse. */
export async function scrapeRealX(
  names: string[],
  options: RealScrape,
  data: string,
  surroundings: Surroundings,
): Promise<void> {
  const { parents } = selected(names.map(parentNamed));
  const named = readConfig(surroundings.env);
  const stack = await startOnRealX(data, named);
  sayWhichX(stack, { named, data }, surroundings.terminal);
  await whileUp(stack, data, surroundings, async (context) => {
    const { terminal, target } = context;
    const runId = await scrape(parents, options, context);
    terminal.print(
      runText(
        await watchOnTerminal(runId, context),
        target,
        `the data lies in ${data}`,
        widthFor(options, terminal),
      ),
    );
    const { writeReport } = await import('../report/write.ts'); // the charting library takes its time to load
    terminal.print(await writeReport(target, join(data, 'report.html')));
  });
}

/**
 * What a list costs is known only when X has said how long it is. So the run is first planned with room for the
 * look-ups alone, which makes the planner record every count and buy nothing, and is then published again, as the
 * same run, once its price is agreed to. Nothing is looked up twice. Returns the run's id.
 */
async function scrape(parents: RequestedParent[], options: RealScrape, context: Context): Promise<string> {
  const { terminal, target, clock } = context;
  const { job, maxCost, yes } = options;
  const lookUpsUsd = costOf(parents.length, target.config.PRICE_PER_USER_USD);
  const lookUps: Price = {
    what: `X is asked for ${counted(parents.length, 'account')}, to learn the price:`,
    bound: 'at most',
    costUsd: lookUpsUsd,
  };
  if (target.x === 'simulated') terminal.print(priceText(lookUps));
  await agreeToPay(lookUps, yes, context);
  const request = newRequest({ parents, notes: [] }, { job }, clock.now());
  const { runId } = request;
  await publishRequests(target, [{ ...request, maxCostUsd: lookUpsUsd }]);
  const priced = await watchOnTerminal(runId, context);
  terminal.print(priced.dispatches.map((row) => priceLine(row, context)).join('\n'));
  const open = priced.dispatches.filter(({ state }) => state === 'over_budget');
  if (open.length > 0) {
    const lists = open.map((row) => listPrice(row, context));
    const costUsd = sumUsd(lists.map((list) => list.costUsd));
    const committedUsd = sumUsd(lists.map((list) => list.committedUsd));
    await agreeToPay({ what: 'Their lists cost', costUsd, committedUsd, capUsd: maxCost }, yes, context);
    const sinceMs = clock.now();
    await publishRequests(target, [{ ...request, ...(maxCost !== undefined && { maxCostUsd: maxCost }) }]);
    await plannedAgain(target, { runId, dispatches: open.length, sinceMs });
  }
  return runId;
}

type Dispatch = RunStatus['dispatches'][number];

const listPrice = ({ friends_count }: Dispatch, { target: { config } }: Context) =>
  costOfList(friends_count ?? 0, config.PAGE_SIZE, config);

function priceLine(row: Dispatch, context: Context): string {
  const { parent_username, state, friends_count } = row;
  const name = `@${parent_username}`.padEnd(17);
  if (state !== 'over_budget' || friends_count === null) return `${name} ${stateText(row)}`;
  return `${name} ${counted(friends_count, 'friend')}, ${usd(listPrice(row, context).costUsd)}`;
}
