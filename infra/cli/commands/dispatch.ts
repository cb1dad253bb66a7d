import { Command, Option } from 'commander';
import { fullReadsText } from '../plan/check-estimate.ts';
import { assertOfChecks, CHECK, KEYFRAME, MAX_DEPTH } from '../plan/check-options.ts';
import { messagesIn, type NamedRequest, prospectLines, prospectOfMessages } from '../plan/messages.ts';
import { textFrom } from '../plan/parents-file.ts';
import { agreeToPay, type Price } from '../plan/price.ts';
import { newRequest, publishRequests, type RunOptions } from '../plan/requests.ts';
import { planLines, planScrape, type ScrapePlan } from '../plan/scrape-plan.ts';
import {
  type Chosen,
  COLUMN,
  chosen,
  FILE,
  FRIENDS_OF,
  OF_FILES,
  type SelectionOptions,
} from '../plan/selection.ts';
import { commandOn, quoted } from '../target/again.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { counted } from '../terminal/figures.ts';
import { type AnsweredOptions, amount, wholeNumber } from '../terminal/options.ts';

type DispatchOptions = RunOptions & SelectionOptions & AnsweredOptions & { message?: string };

const MESSAGE = new Option(
  '--message <file>',
  'publish the messages of this file as they are, one JSON object a line; "-" is standard input',
).conflicts([
  ...['job', 'pageSize', 'check', 'keyframeDays', 'maxDepth', 'maxCost'],
  ...['file', 'column', 'friendsOf'],
]);

export const dispatchCommand = ({ terminal, clock, onRunning }: Surroundings) =>
  new Command('dispatch')
    .description(
      'scrape the friends of these accounts, or check what changed: publishes one dispatch request',
    )
    .argument('[parent...]', 'usernames')
    .option('--job <name>', 'name of the job, as the history shows it', 'manual')
    .option('--page-size <n>', 'friends per page, 1 to 1000', wholeNumber(1, 1000))
    .addOption(CHECK)
    .addOption(KEYFRAME)
    .addOption(MAX_DEPTH)
    .option('--max-cost <usd>', 'most that the run may cost', amount)
    .option('--yes', 'do not ask, whatever it costs')
    .option('--json', 'print one JSON object')
    .addOption(FILE)
    .addOption(COLUMN)
    .addOption(FRIENDS_OF)
    .addOption(MESSAGE)
    .addHelpText(
      'after',
      '\nExamples:\n  npx dodo dispatch exactly_1000 three_pages --job try-out --max-cost 50\n  npx dodo dispatch exactly_1000 three_pages --check\n  npx dodo republish RUN --print | npx dodo dispatch --message -',
    )
    .addHelpText('after', OF_FILES)
    .action(async (names: string[], options: DispatchOptions) => {
      const { message } = options;
      if (message !== undefined) {
        if (names.length > 0) throw new WrongUsage('--message names its parents itself.');
        const content = await textFrom(message, terminal);
        const messages = messagesIn(content, message === '-' ? 'standard input' : message, clock.now());
        return onRunning((context) => runMessages(messages, options, context));
      }
      assertOfChecks(options);
      const choice = await chosen(names, options, terminal);
      await onRunning((context) => run({ ...options, choice }, context));
    });

async function run(options: DispatchOptions & { choice: Chosen }, context: Context): Promise<void> {
  const { terminal, target, clock } = context;
  const { choice, maxCost, yes, json } = options;
  const plan = await planScrape(target, choice, options);
  const { selection, estimate } = plan;
  const request = newRequest(selection, options, clock.now());
  const { runId, dispatchedAt, job } = request;
  if (!json) {
    terminal.print(`run         ${runId} of job ${job.name}`);
    terminal.print(planLines(plan, target).join('\n'));
  }
  await agreeToPay({ ...priceOf(estimate), capUsd: maxCost }, yes, context);
  const messageIds = await publishRequests(target, [request]);
  const { notes } = selection;
  if (json)
    terminal.print(JSON.stringify({ runId, dispatchedAt, messageIds, ...estimate, x: target.x, notes }));
  else
    terminal.print(
      `dispatched in ${counted(messageIds.length, 'message')}. Watch it: ${commandOn(target, `status ${quoted(runId)} --watch`)}`,
    );
}

async function runMessages(
  messages: NamedRequest[],
  { yes, json }: AnsweredOptions,
  context: Context,
): Promise<void> {
  const { terminal, target } = context;
  const prospect = await prospectOfMessages(target, messages);
  if (!json) terminal.print(prospectLines(messages, prospect, target).join('\n'));
  const { price, notes, parents } = prospect;
  if (price.costUsd > 0 || price.committedUsd !== 0) await agreeToPay(price, yes, context);
  const messageIds = await publishRequests(target, messages);
  const runIds = [...new Set(messages.map(({ runId }) => runId))];
  const { costUsd } = price;
  if (json)
    return terminal.print(JSON.stringify({ runIds, messageIds, parents, costUsd, x: target.x, notes }));
  for (const runId of runIds)
    terminal.print(`published. Watch it: ${commandOn(target, `status ${quoted(runId)} --watch`)}`);
}

/** Of checks: what they cost at least, and which lists are read in full, which nobody may be surprised by. */
function priceOf(estimate: ScrapePlan['estimate']): Price {
  const { costUsd, committedUsd, accountsWithUnknownCount: unknown } = estimate;
  const known = unknown > 0 ? {} : { committedUsd };
  if (!('checks' in estimate)) return { costUsd, ...known, bound: unknown > 0 && 'at least' };
  const full = fullReadsText(estimate);
  return { costUsd, ...known, bound: 'at least', what: `${full ? `${full}. ` : ''}This costs` };
}
