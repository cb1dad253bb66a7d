import { Command } from 'commander';
import { v4 } from 'uuid';
import { systemClock } from '../../../shared/clock.ts';
import type { DispatchRequest } from '../../../shared/messages/dispatch-request.ts';
import { publishAll } from '../plan/publish.ts';
import { requestsOf } from '../plan/requests.ts';
import { planLines, planScrape, type ScrapePlan } from '../plan/scrape-plan.ts';
import { chosen, SELECTION_OPTIONS, type Selection, type SelectionOptions } from '../plan/selection.ts';
import { findTarget, type GlobalOptions, type Target, withTarget } from '../target/target.ts';
import { agree } from '../terminal/agree.ts';
import { amount, wholeNumber } from '../terminal/options.ts';
import { count, usd } from '../terminal/words.ts';

interface DispatchOptions extends SelectionOptions {
  job: string;
  pageSize?: number;
  maxCost?: number;
  yes?: boolean;
  json?: boolean;
}

export function dispatchCommand(): Command {
  const command = new Command('dispatch')
    .description('scrape the friends of these accounts: publishes one dispatch request')
    .argument('[parent...]', 'usernames')
    .option('--job <name>', 'name of the job, as the history shows it', 'manual')
    .option('--page-size <n>', 'friends per page, 1 to 1000', wholeNumber(1, 1000))
    .option('--max-cost <usd>', 'most that the run may be planned to cost', amount)
    .option('--yes', 'do not ask, whatever it costs')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  npx dodo dispatch exactly_1000 three_pages --job try-out --max-cost 50',
    )
    .action(async (names: string[], options: DispatchOptions, command: Command) => {
      const choice = await chosen(names, options);
      await withTarget(await findTarget(command.optsWithGlobals<GlobalOptions>()), async (target) => {
        const plan = await planScrape(target, choice, options);
        const request = newRequest(plan.selection, options);
        if (!options.json) {
          console.log(`run         ${request.runId} of job ${request.job.name}`);
          console.log(planLines(plan, target).join('\n'));
        }
        await agreeToCost(target, plan, options);
        const messageIds = await publishRequest(target, request);
        if (options.json) {
          const { runId, dispatchedAt } = request;
          const { notes } = plan.selection;
          console.log(
            JSON.stringify({ runId, dispatchedAt, messageIds, ...plan.estimate, x: target.x, notes }),
          );
        } else {
          const messages = count(messageIds.length, 'message');
          console.log(`dispatched in ${messages}. Watch it: npx dodo status ${request.runId} --watch`);
        }
      });
    });
  for (const option of SELECTION_OPTIONS) command.addOption(option);
  return command;
}

/** A new run; the same request published again is the same run. */
export function newRequest(
  { parents, grandparent }: Selection,
  { job, pageSize, maxCost }: Pick<DispatchOptions, 'job' | 'pageSize' | 'maxCost'>,
): DispatchRequest & { runId: string } {
  return {
    job: { name: job },
    parents,
    ...(grandparent && { grandparent }),
    ...(pageSize !== undefined && { pageSize }),
    ...(maxCost !== undefined && { maxCostUsd: maxCost }),
    runId: v4(),
    dispatchedAt: new Date(systemClock.now()).toISOString(),
  };
}

/** Returns the message ids: one, or several where the request is too long for one message. */
export function publishRequest(target: Target, request: DispatchRequest): Promise<string[]> {
  const topic = target.config.TOPIC_PAGEDISPATCH;
  return publishAll(
    target,
    requestsOf(request).map((message) => ({ topic, message })),
  );
}

async function agreeToCost(
  { x }: Target,
  { estimate }: ScrapePlan,
  { yes, maxCost }: DispatchOptions,
): Promise<void> {
  const { costUsd, accountsWithUnknownCount: unknown } = estimate;
  if (x === 'simulated') return;
  const least = unknown > 0 ? ' at least' : '';
  const most = maxCost === undefined ? '' : `, at most ${usd(maxCost)}`;
  await agree(`This costs${least} ${usd(costUsd)}${most}.`, { yes });
}
