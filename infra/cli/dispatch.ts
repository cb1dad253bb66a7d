import { Command, InvalidArgumentError } from 'commander';
import { v4 } from 'uuid';
import { createBus } from '../../shared/bus.ts';
import { systemClock } from '../../shared/clock.ts';
import type { DispatchRequest } from '../../shared/messages/dispatch-request.ts';
import { isUsername } from '../../shared/messages/formats.ts';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { WrongUsage } from './errors.ts';
import { findTarget, type GlobalOptions } from './target.ts';

interface DispatchOptions {
  job: string;
  pageSize?: number;
  maxCost?: number;
}

export const dispatchCommand = () =>
  new Command('dispatch')
    .description('scrape the friends of these accounts: publishes one dispatch request')
    .argument('<parent...>', 'usernames')
    .option('--job <name>', 'name of the job, as the history shows it', 'manual')
    .option('--page-size <n>', 'friends per page, 1 to 1000', wholeNumber(1, 1000))
    .option('--max-cost <usd>', 'most that the run may be planned to cost', amount)
    .addHelpText('after', '\nExample:\n  npx dodo dispatch exactly_1000 three_pages --job try-out')
    .action(async (usernames: string[], options: DispatchOptions, command: Command) => {
      const request = requestOf(usernames, options);
      const { config } = await findTarget(command.optsWithGlobals<GlobalOptions>());
      const pubsub = createPubSub(config);
      await createBus(async () => pubsub, systemClock, config.PUBSUB_DEADLINE_MS).publish(
        config.TOPIC_PAGEDISPATCH,
        request,
      );
      await pubsub.close();
      console.log(`run ${request.runId}: ${request.parents.length} parents dispatched`);
    });

function requestOf(usernames: string[], { job, pageSize, maxCost }: DispatchOptions): DispatchRequest {
  const parents = usernames.map((name) => ({ username: name.replace(/^@/, '') }));
  const wrong = parents.find(({ username }) => !isUsername(username));
  if (wrong)
    throw new WrongUsage(`"${wrong.username}" is no X username: 1 to 15 letters, digits or underscores.`);
  return {
    job: { name: job },
    parents,
    ...(pageSize !== undefined && { pageSize }),
    ...(maxCost !== undefined && { maxCostUsd: maxCost }),
    runId: v4(),
    dispatchedAt: new Date().toISOString(),
  };
}

export function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < min || number > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return number;
  };
}

export function amount(text: string): number {
  if (!/^\d+(\.\d{1,6})?$/.test(text))
    throw new InvalidArgumentError('It must be an amount in US dollars, such as 12.50.');
  return Number(text);
}
