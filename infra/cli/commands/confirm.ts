import { Command } from 'commander';
import type { MetadataRequest } from '../../../shared/messages/metadata-request.ts';
import { timestampOf } from '../../../shared/warehouse/timestamps.ts';
import { costOf } from '../../../shared/x/prices.ts';
import { publishAll } from '../plan/publish.ts';
import { findTarget, type GlobalOptions, type Target, withTarget } from '../target/target.ts';
import { rowsOf } from '../target/warehouse.ts';
import { agree } from '../terminal/agree.ts';
import { Failure } from '../terminal/errors.ts';
import { count, usd } from '../terminal/words.ts';
import { parentIdsSql, utcTime } from './changes.ts';

interface ConfirmOptions {
  parent?: string;
  since?: string;
  yes?: boolean;
  json?: boolean;
}

/** The history shows under this job what confirming has cost. */
const JOB = { name: 'confirm' };

/** Their order says nothing. */
const SIDE_BY_SIDE = 50;

export const confirmCommand = () =>
  new Command('confirm')
    .description('ask X what became of friends that are no longer listed; "dodo changes" shows the answer')
    .option('--parent <account>', 'only friends of this parent: its username or its account id')
    .option('--since <date>', 'only friends found missing since this day or time (UTC)', utcTime)
    .option('--yes', 'do not ask, whatever it costs')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  npx dodo confirm --parent ewan_mcallister --since 2026-11-01')
    .action(async (options: ConfirmOptions, command: Command) => {
      await withTarget(await findTarget(command.optsWithGlobals<GlobalOptions>()), (target) =>
        confirm(target, options),
      );
    });

async function confirm(target: Target, options: ConfirmOptions): Promise<void> {
  const requests = await vanishedFriends(target, options);
  const costUsd = costOf(requests.length, target.config.PRICE_PER_USER_USD);
  const isSimulated = target.x === 'simulated' ? ' (simulated: nothing is charged)' : '';
  const line = `${count(requests.length, 'friend')} of unknown status, at most ${usd(costUsd)}${isSimulated}: X charges for those that are still there`;
  if (options.json) console.error(line);
  else console.log(line);
  if (requests.length > 0 && target.x === 'real')
    await agree(`This costs at most ${usd(costUsd)}.`, { yes: options.yes });
  const topic = target.config.TOPIC_GETMETADATA;
  const messageIds = await publishAll(
    target,
    requests.map((message) => ({ topic, message })),
    SIDE_BY_SIDE,
  );
  if (options.json)
    console.log(JSON.stringify({ asked: messageIds.length, costUsd, x: target.x, messageIds }));
  else if (messageIds.length > 0) console.log('asked. As soon as X answers, "npx dodo changes" shows it.');
}

/**
 * Takes `@since` TIMESTAMP and `@parents` ARRAY<STRING> (account ids; empty: all). Each friend whose newest change is
 * that it is missing, once: what X says of it holds for every parent. One that is listed again needs no asking.
 */
export const vanishedFriendsSql = (dataset: string) => `
WITH newest AS (
  SELECT friend_id, change, status_of_friend, run_id, dispatch_id, dispatched_at, not_after
  FROM ${dataset}.friend_changes
  WHERE ARRAY_LENGTH(@parents) = 0 OR parent_id IN UNNEST(@parents)
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY parent_id, friend_id ORDER BY not_after DESC, dispatch_id DESC) = 1
)
SELECT friend_id, run_id, dispatch_id, dispatched_at
FROM newest
WHERE change = 'no_longer_listed' AND status_of_friend = 'unknown' AND not_after >= @since
QUALIFY ROW_NUMBER() OVER (PARTITION BY friend_id ORDER BY not_after DESC, dispatch_id DESC) = 1
ORDER BY friend_id`;

async function vanishedFriends(
  target: Target,
  { parent, since }: ConfirmOptions,
): Promise<MetadataRequest[]> {
  const params = {
    since: timestampOf(since === undefined ? 0 : Date.parse(since)),
    parents: parent === undefined ? [] : await idsOf(target, parent),
  };
  const rows = await rowsOf(target, vanishedFriendsSql, params, { since: 'TIMESTAMP', parents: ['STRING'] });
  return rows.map((row) => ({
    runId: String(row.run_id),
    dispatchId: String(row.dispatch_id),
    dispatchedAt: new Date(String(row.dispatched_at)).toISOString(),
    job: JOB,
    role: 'vanished_friend',
    id: String(row.friend_id),
    reason: 'no longer listed',
  }));
}

async function idsOf(target: Target, account: string): Promise<string[]> {
  const parent = account.replace(/^@/, '').toLowerCase();
  const rows = await rowsOf(target, parentIdsSql, { parent }, { parent: 'STRING' });
  const ids = rows.flatMap(({ parent_id }) => (parent_id === null ? [] : [String(parent_id)]));
  if (ids.length === 0) throw new Failure(`no run has read the friends of "${account}".`);
  return ids;
}
