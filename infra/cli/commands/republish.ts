import { Command } from 'commander';
import { DAY_MS } from '../../../shared/times.ts';
import { backfillLines, backfillOf, priceOfBackfill } from '../plan/backfill.ts';
import { cappedBackfill } from '../plan/backfill-caps.ts';
import { KEYFRAME, MAX_DEPTH, readingAsked } from '../plan/check-options.ts';
import { incompleteDispatches, namedDispatches, rebuiltRequests } from '../plan/planned-dispatches.ts';
import { agreeToPay, mayCost } from '../plan/price.ts';
import { publishRequests, type RunOptions, requestsOf } from '../plan/requests.ts';
import { runOrDispatchNamed } from '../run/run-named.ts';
import { stopFields, stopLinesAhead, stopsAhead } from '../stops/in-force.ts';
import { commandOn, quoted } from '../target/again.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { Failure, WrongUsage } from '../terminal/errors.ts';
import { counted } from '../terminal/figures.ts';
import { type AnsweredOptions, amount, utcTime } from '../terminal/options.ts';

type RepublishOptions = AnsweredOptions &
  Pick<Partial<RunOptions>, 'maxCost' | 'keyframeDays' | 'maxDepth'> & {
    incomplete?: boolean;
    since?: number;
    print?: boolean;
  };

/** A printed message is given to a command as one argument, which Linux cuts at 128 KiB (execve(2)). */
const PRINTED_BYTES = 100_000;

/** pagedispatch takes requests of the last 366 days. */
const OLDEST_DAYS = 365;

export const republishCommand = ({ onReadable, onRunning }: Surroundings) =>
  new Command('republish')
    .description('the backfill: publishes a run again; only pages that are missing are scraped and paid for')
    .argument('[id]', 'a run, or one dispatch of a run: its id, or the first 8 characters of it')
    .option('--incomplete', 'every dispatch that has not reached an end')
    .option('--since <date>', 'with --incomplete: dispatched since this day or time (UTC)', utcTime)
    .option('--max-cost <usd>', 'most that the run may cost, instead of what it said then', amount)
    .addOption(KEYFRAME)
    .addOption(MAX_DEPTH)
    .option('--print', 'print the messages, one JSON object a line, instead of publishing them')
    .option('--yes', 'do not ask, whatever it costs')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  npx dodo republish --incomplete --since 2026-11-01\n\nBy hand, to look at it or change it before:\n  npx dodo republish RUN --print > messages\n  npx dodo dispatch --message messages',
    )
    .action(async (id: string | undefined, options: RepublishOptions) => {
      if ((id === undefined) !== (options.incomplete === true))
        throw new WrongUsage('name a run or a dispatch, or say --incomplete.');
      if (options.since !== undefined && !options.incomplete)
        throw new WrongUsage('--since goes with --incomplete.');
      await (options.print ? onReadable : onRunning)((context) => run({ ...options, id }, context));
    });

async function run(
  { id, since, maxCost, print, json, yes, ...ofChecks }: RepublishOptions & { id: string | undefined },
  context: Context,
): Promise<void> {
  const { terminal, target, clock } = context;
  const oldestMs = clock.now() - OLDEST_DAYS * DAY_MS;
  const dispatches =
    id === undefined
      ? await incompleteDispatches(target, since ?? oldestMs)
      : await namedDispatches(target, await runOrDispatchNamed(target, id));
  const sound = dispatches.filter(({ dispatched_at }) => Date.parse(dispatched_at) >= oldestMs);
  const tooOld = dispatches.length - sound.length;
  if (tooOld > 0 && sound.length === 0)
    throw new Failure(`${counted(tooOld, ...DISPATCH)} of over a year ago cannot be published again.`);
  const { backfill, newly } = await backfillOf(target, sound);
  const { committedUsd: wantedUsd } = backfill;
  const { notes, capUsd } = await cappedBackfill(target, sound, { newly, committedUsd: wantedUsd, maxCost });
  const lines =
    sound.length === 0
      ? ['every dispatch has reached its end: nothing to publish.']
      : backfillLines(sound, backfill, target);
  const runIds = [...new Set(sound.map(({ run_id }) => run_id))];
  const stops = sound.length === 0 ? [] : await stopsAhead(target, runIds);
  lines.unshift(...stopLinesAhead(stops, target));
  lines.push(...notes.map((note) => `note        ${note}`));
  if (tooOld > 0) lines.push(`note        ${counted(tooOld, ...DISPATCH)} of over a year ago left out`);
  if (print || json) terminal.note(lines.join('\n'));
  else terminal.print(lines.join('\n'));
  const requests = rebuiltRequests(sound).map((request) => ({
    ...request,
    ...(maxCost !== undefined && { maxCostUsd: maxCost }),
    ...(request.mode === 'check' && { ...readingAsked({ check: true, ...ofChecks }) }),
  }));
  if (print) {
    for (const message of requests.flatMap((request) => requestsOf(request, PRINTED_BYTES)))
      terminal.print(JSON.stringify(message));
    return;
  }
  const price = { ...priceOfBackfill(backfill), capUsd };
  if (mayCost(price)) await agreeToPay(price, yes, context);
  const messageIds = await publishRequests(target, requests);
  const stopped = stopFields(stops);
  if (json) terminal.print(JSON.stringify({ runIds, messageIds, ...backfill, notes, x: target.x, stopped }));
  else
    for (const runId of runIds)
      terminal.print(`published. Watch it: ${commandOn(target, `status ${quoted(runId)} --watch`)}`);
}

const DISPATCH = ['dispatch', 'dispatches'] as const;
