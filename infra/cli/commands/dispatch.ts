import { Command, Option } from 'commander';
import { assertOfChecks, CHECK, KEYFRAME, MAX_DEPTH } from '../plan/check-options.ts';
import { priceWithFullReads } from '../plan/estimate-price.ts';
import { messagesIn, type NamedRequest, prospectLines, prospectOfMessages } from '../plan/messages.ts';
import { textFrom } from '../plan/parents-file.ts';
import { agreeToPay, mayCost } from '../plan/price.ts';
import { newRequest, publishRequests, type RunOptions } from '../plan/requests.ts';
import { planLines, planScrape } from '../plan/scrape-plan.ts';
import {
  type Chosen,
  COLUMN,
  chosen,
  FILE,
  FRIENDS_OF,
  OF_FILES,
  type SelectionOptions,
} from '../plan/selection.ts';
import { stopFields, stopLinesAhead, stopsAhead } from '../stops/in-force.ts';
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
  const stops = await stopsAhead(target);
  if (!json) {
    for (const line of stopLinesAhead(stops, target)) terminal.print(line);
    terminal.print(`run         ${runId} of job ${job.name}`);
    terminal.print(planLines(plan, target).join('\n'));
  }
  await agreeToPay({ ...priceWithFullReads(estimate), capUsd: maxCost }, yes, context);
  const messageIds = await publishRequests(target, [request]);
  const { notes } = selection;
  const told = { ...estimate, x: target.x, stopped: stopFields(stops), notes };
  if (json) terminal.print(JSON.stringify({ runId, dispatchedAt, messageIds, ...told }));
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
  const runIds = [...new Set(messages.map(({ runId }) => runId))];
  const stops = await stopsAhead(target, runIds);
  const lines = [...stopLinesAhead(stops, target), ...prospectLines(messages, prospect, target)];
  if (!json) terminal.print(lines.join('\n'));
  const { price, counts, notes, parents } = prospect;
  if (mayCost(price)) await agreeToPay(price, yes, context);
  const messageIds = await publishRequests(target, messages);
  const { costUsd } = price;
  const told = { parents, costUsd, counts, x: target.x, stopped: stopFields(stops), notes };
  if (json) return terminal.print(JSON.stringify({ runIds, messageIds, ...told }));
  for (const runId of runIds)
    terminal.print(`published. Watch it: ${commandOn(target, `status ${quoted(runId)} --watch`)}`);
}
