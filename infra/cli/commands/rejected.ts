import { Command } from 'commander';
import { systemClock } from '../../../shared/clock.ts';
import { DAY_MS } from '../../../shared/times.ts';
import { timestampOf } from '../../../shared/warehouse/timestamps.ts';
import { publishBytes } from '../plan/publish.ts';
import { prospectOf, type RejectedMessage, sentAgain } from '../plan/rejected-message.ts';
import { findReadable, findTarget, type GlobalOptions, type Target, withTarget } from '../target/target.ts';
import { rowsOf } from '../target/warehouse.ts';
import { agree } from '../terminal/agree.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { tableOf } from '../terminal/table.ts';
import { count, minuteOf, usd } from '../terminal/words.ts';
import { utcTime } from './changes.ts';

interface RejectedOptions {
  republish?: string;
  since?: string;
  yes?: boolean;
  json?: boolean;
}

const SHOWN_DAYS = 31;
const MOST_LINES = 50;

export const rejectedCommand = () =>
  new Command('rejected')
    .description('the messages that no service could use, newest first, and why; or one of them sent again')
    .option('--republish <id>', 'publish the message of this id again, as it was')
    .option('--since <date>', `since this day or time (UTC); ${SHOWN_DAYS} days ago unless told`, utcTime)
    .option('--yes', 'do not ask, whatever it costs')
    .option('--json', 'print JSON, with the whole payload')
    .addHelpText('after', '\nExample:\n  npx dodo rejected --since 2026-11-01')
    .action(async (options: RejectedOptions, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const { republish } = options;
      if (republish === undefined)
        await withTarget(await findReadable(globals), (target) => list(target, options));
      else await withTarget(await findTarget(globals), (target) => sendAgain(target, republish, options));
    });

/**
 * Takes `@since` TIMESTAMP and `@message_id` STRING (null: all). A message that was delivered, and rejected, several
 * times is one row; `times` says how often.
 */
export const rejectedSql = (dataset: string) => `
SELECT topic, message_id, attributes, payload, payload_bytes, errors, received_at,
  COUNT(*) OVER (PARTITION BY topic, message_id, ARRAY_TO_STRING(errors, '; '), payload) AS times
FROM ${dataset}.rejected_messages
WHERE received_at >= @since AND (@message_id IS NULL OR message_id = @message_id)
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY topic, message_id, ARRAY_TO_STRING(errors, '; '), payload ORDER BY received_at) = 1
ORDER BY received_at DESC, message_id`;

async function rejectedMessages(
  target: Target,
  sinceMs: number,
  id: string | null,
): Promise<RejectedMessage[]> {
  const params = { since: timestampOf(sinceMs), message_id: id };
  const types = { since: 'TIMESTAMP', message_id: 'STRING' };
  return (await rowsOf(target, rejectedSql, params, types)) as RejectedMessage[];
}

async function list(target: Target, { since, json }: RejectedOptions): Promise<void> {
  const sinceMs = since === undefined ? systemClock.now() - SHOWN_DAYS * DAY_MS : Date.parse(since);
  const rows = await rejectedMessages(target, sinceMs, null);
  if (json) return console.log(JSON.stringify(rows));
  if (rows.length === 0) return console.log(`nothing was rejected since ${minuteOf(sinceMs)}.`);
  console.log(
    tableOf(rows.slice(0, MOST_LINES), [
      { head: 'message', cell: (row) => row.message_id },
      { head: 'topic', cell: (row) => row.topic },
      { head: 'received', cell: (row) => minuteOf(String(row.received_at)) },
      { head: 'times', cell: (row) => row.times },
      { head: 'bytes', cell: (row) => row.payload_bytes },
      { head: 'why', cell: (row) => cut(String((row.errors as string[]).join('; ')), 100) },
      { head: 'payload', cell: (row) => cut(String(row.payload ?? ''), 40) },
    ]),
  );
  const more = rows.length - MOST_LINES;
  if (more > 0) console.log(`… and ${count(more, 'older one')}: --json prints all`);
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

async function sendAgain(target: Target, id: string, { since, yes, json }: RejectedOptions): Promise<void> {
  const sinceMs = since === undefined ? 0 : Date.parse(since);
  const [message] = await rejectedMessages(target, sinceMs, id);
  if (!message) throw new WrongUsage(`no rejected message has the id ${id}. "npx dodo rejected" lists them.`);
  const outgoing = sentAgain(message);
  const { costUsd, rejectedAgain } = await prospectOf(target, message.topic, outgoing.data);
  if (rejectedAgain !== null) console.error(`note: as it is it will be rejected again (${rejectedAgain}).`);
  if (target.x === 'real' && costUsd > 0) await agree(`This costs at least ${usd(costUsd)}.`, { yes });
  const messageId = await publishBytes(target, outgoing);
  if (json) console.log(JSON.stringify({ republished: id, messageId, topic: message.topic }));
  else console.log(`published to ${message.topic} as message ${messageId}.`);
}
