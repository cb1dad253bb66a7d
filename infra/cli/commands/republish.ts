import { Command } from 'commander';
import { systemClock } from '../../../shared/clock.ts';
import type { DispatchRequest } from '../../../shared/messages/dispatch-request.ts';
import { DAY_MS } from '../../../shared/times.ts';
import { timestampOf } from '../../../shared/warehouse/timestamps.ts';
import { publishAll } from '../plan/publish.ts';
import { requestsOf } from '../plan/requests.ts';
import {
  type Backfill,
  backfillOf,
  type PlannedDispatch,
  plannedDispatches,
  rebuiltRequests,
} from '../run/replay.ts';
import { findReadable, findTarget, type GlobalOptions, type Target, withTarget } from '../target/target.ts';
import { rowsOf } from '../target/warehouse.ts';
import { agree } from '../terminal/agree.ts';
import { Failure, WrongUsage } from '../terminal/errors.ts';
import { amount } from '../terminal/options.ts';
import { count, usd } from '../terminal/words.ts';
import { utcTime } from './changes.ts';

interface RepublishOptions {
  incomplete?: boolean;
  since?: string;
  maxCost?: number;
  print?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** A printed message is given to a command as one argument, which Linux cuts at 128 KiB (execve(2)). */
const PRINTED_BYTES = 100_000;

/** pagedispatch takes requests of the last 366 days. */
const OLDEST_DAYS = 365;

export const republishCommand = () =>
  new Command('republish')
    .description('the backfill: publishes a run again; only pages that are missing are scraped and paid for')
    .argument('[id]', 'a run, or one dispatch of a run')
    .option('--incomplete', 'every dispatch that has not reached an end')
    .option('--since <date>', 'with --incomplete: dispatched since this day or time (UTC)', utcTime)
    .option(
      '--max-cost <usd>',
      'most that the run may be planned to cost, instead of what it said then',
      amount,
    )
    .option('--print', 'print the messages, one JSON object a line, instead of publishing them')
    .option('--yes', 'do not ask, whatever it costs')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  npx dodo republish --incomplete --since 2026-11-01\n\nBy hand:\n  npx dodo republish RUN --print | while IFS= read -r message; do\n    gcloud pubsub topics publish pagedispatch --message="$message"\n  done',
    )
    .action(async (id: string | undefined, options: RepublishOptions, command: Command) => {
      if ((id === undefined) !== (options.incomplete === true))
        throw new WrongUsage('name a run or a dispatch, or say --incomplete.');
      if (options.since !== undefined && !options.incomplete)
        throw new WrongUsage('--since goes with --incomplete.');
      const globals = command.optsWithGlobals<GlobalOptions>();
      const find = options.print ? findReadable : findTarget;
      await withTarget(await find(globals), (target) => republish(target, id, options));
    });

async function republish(target: Target, id: string | undefined, options: RepublishOptions): Promise<void> {
  const { maxCost, json, yes } = options;
  const says = options.print || json ? console.error : console.log;
  const dispatches = id === undefined ? await incomplete(target, options.since) : await named(target, id);
  const [tooOld, sound] = apart(dispatches);
  if (tooOld > 0 && sound.length === 0)
    throw new Failure(`${dispatchesOf(tooOld)} of over a year ago cannot be published again.`);
  const backfill = await backfillOf(target, sound);
  if (sound.length === 0) says('every dispatch has reached its end: nothing to publish.');
  else says(backfillLines(sound, backfill, target, tooOld).join('\n'));
  const requests = rebuiltRequests(sound).map((request) =>
    maxCost === undefined ? request : { ...request, maxCostUsd: maxCost },
  );
  if (options.print) return print(requests);
  await agreeToCost(target, backfill, yes);
  const topic = target.config.TOPIC_PAGEDISPATCH;
  const messageIds = await publishAll(
    target,
    requests.flatMap((request) => requestsOf(request)).map((message) => ({ topic, message })),
  );
  const runIds = [...new Set(sound.map(({ run_id }) => run_id))];
  if (json) console.log(JSON.stringify({ runIds, messageIds, ...backfill, x: target.x }));
  else for (const runId of runIds) console.log(`published. Watch it: npx dodo status ${runId} --watch`);
}

async function agreeToCost({ x }: Target, { costUsd, parentsOfUnknownCost }: Backfill, yes = false) {
  if (x === 'simulated' || (costUsd === 0 && parentsOfUnknownCost === 0)) return;
  await agree(`This costs${parentsOfUnknownCost > 0 ? ' at least' : ''} ${usd(costUsd)}.`, { yes });
}

const dispatchesOf = (number: number): string => count(number, 'dispatch', 'dispatches');

function print(requests: DispatchRequest[]): void {
  for (const request of requests)
    for (const message of requestsOf(request, PRINTED_BYTES)) console.log(JSON.stringify(message));
}

/** A run with all its dispatches, or one dispatch. */
export const runOfSql = (dataset: string) => `
SELECT DISTINCT run_id, run_id = @id AS is_run
FROM ${dataset}.dispatches
WHERE run_id = @id OR dispatch_id = @id
ORDER BY is_run DESC, run_id`;

async function named(target: Target, id: string): Promise<PlannedDispatch[]> {
  const [found] = await rowsOf(target, runOfSql, { id }, { id: 'STRING' });
  if (!found)
    throw new Failure(`there is no run and no dispatch ${id}. "npx dodo status" lists the runs there are.`);
  const dispatches = await plannedDispatches(target, [String(found.run_id)]);
  return found.is_run ? dispatches : dispatches.filter(({ dispatch_id }) => dispatch_id === id);
}

/** Takes `@since` TIMESTAMP. What publishing again can move on: a list that cannot be read is final. */
export const incompleteSql = (dataset: string) => `
SELECT run_id, dispatch_id
FROM ${dataset}.dispatch_progress
WHERE dispatched_at >= @since AND state IN ('running', 'stalled', 'over_budget')
ORDER BY run_id, dispatch_id`;

async function incomplete(target: Target, since: string | undefined): Promise<PlannedDispatch[]> {
  const sinceMs = since === undefined ? systemClock.now() - OLDEST_DAYS * DAY_MS : Date.parse(since);
  const rows = await rowsOf(target, incompleteSql, { since: timestampOf(sinceMs) }, { since: 'TIMESTAMP' });
  const ids = new Set(rows.map(({ dispatch_id }) => dispatch_id));
  const dispatches = await plannedDispatches(target, [...new Set(rows.map(({ run_id }) => String(run_id)))]);
  return dispatches.filter(({ dispatch_id }) => ids.has(dispatch_id));
}

/** How many are too old to be taken, and the others. */
function apart(dispatches: PlannedDispatch[]): [number, PlannedDispatch[]] {
  const oldest = systemClock.now() - OLDEST_DAYS * DAY_MS;
  const sound = dispatches.filter(({ dispatched_at }) => Date.parse(dispatched_at) >= oldest);
  return [dispatches.length - sound.length, sound];
}

function backfillLines(
  dispatches: PlannedDispatch[],
  backfill: Backfill,
  { x }: Target,
  tooOld: number,
): string[] {
  const { pagesStored, pagesMissing, parentsToPlan, parentsFinal, costUsd, parentsOfUnknownCost } = backfill;
  const runs = new Set(dispatches.map(({ run_id }) => run_id)).size;
  const toPlan =
    parentsToPlan > 0 ? `, and ${count(parentsToPlan, 'parent')} that no budget had room for` : '';
  const nothing = pagesMissing === 0 && parentsToPlan === 0 ? ': X will not be called' : '';
  const least = parentsOfUnknownCost > 0 ? ' at least' : '';
  return [
    `again       ${count(dispatches.length, 'parent')} of ${count(runs, 'run')}, of which ${parentsFinal} final`,
    `stored      ${count(pagesStored, 'page')} (free)`,
    `missing     ${count(pagesMissing, 'page')}${toPlan}${nothing}`,
    `cost        ${usd(costUsd)}${least}${x === 'simulated' ? ' (simulated: nothing is charged)' : ''}`,
    ...(tooOld > 0 ? [`note        ${dispatchesOf(tooOld)} of over a year ago left out`] : []),
  ];
}
