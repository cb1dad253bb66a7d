import { Command } from 'commander';
import { DAY_MS } from '../../../shared/times.ts';
import { type RejectedMessage, rejectedSince, sentAgain } from '../history/rejected.ts';
import { agreeToPay, mayCost } from '../plan/price.ts';
import { prospectOf } from '../plan/prospect.ts';
import { commandOn } from '../target/again.ts';
import { publishBytes } from '../target/publish.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { counted, minuteOf } from '../terminal/figures.ts';
import { type AnsweredOptions, utcTime } from '../terminal/options.ts';
import { type Column, tableOf, WIDE, type WideOptions, widthFor } from '../terminal/table.ts';

type RejectedOptions = AnsweredOptions & WideOptions & { republish?: string; since?: number };

const SHOWN_DAYS = 31;
const MOST_LINES = 50;

export const rejectedCommand = ({ onReadable, onRunning }: Surroundings) =>
  new Command('rejected')
    .description('the messages that no service could use, newest first, and why; or one of them sent again')
    .option('--republish <id>', 'publish the message of this id again, as it was')
    .option('--since <date>', `since this day or time (UTC); ${SHOWN_DAYS} days ago unless told`, utcTime)
    .option('--yes', 'do not ask, whatever it costs')
    .option('--json', 'print JSON, with the whole payload')
    .addOption(WIDE)
    .addHelpText('after', '\nExample:\n  npx dodo rejected --since 2026-11-01')
    .action(async (options: RejectedOptions) => {
      const { republish: id } = options;
      if (id === undefined) await onReadable((context) => list(options, context));
      else await onRunning((context) => sendAgain(id, options, context));
    });

async function list(
  { since, json, wide }: RejectedOptions,
  { terminal, target, clock }: Context,
): Promise<void> {
  const sinceMs = since ?? clock.now() - SHOWN_DAYS * DAY_MS;
  const messages = await rejectedSince(target, sinceMs);
  if (json) return terminal.print(JSON.stringify(messages));
  if (messages.length === 0) return terminal.print(`nothing was rejected since ${minuteOf(sinceMs)}.`);
  const shown = (text: string, most: number) => (wide ? text : cut(text, most));
  const columns: Column<RejectedMessage>[] = [
    { head: 'message', cell: ({ message_id }) => message_id },
    { head: 'topic', cell: ({ topic }) => topic },
    { head: 'received', cell: ({ received_at }) => minuteOf(received_at) },
    { head: 'times', cell: ({ times }) => times },
    { head: 'bytes', cell: ({ payload_bytes }) => payload_bytes },
    { head: 'why', cell: ({ errors }) => shown(errors.join('; '), 100) },
    { head: 'payload', cell: ({ payload }) => shown(payload ?? '', 40) },
  ];
  terminal.print(tableOf(messages.slice(0, MOST_LINES), columns, widthFor({ wide }, terminal)));
  const more = messages.length - MOST_LINES;
  if (more > 0) terminal.print(`… and ${counted(more, 'older one')}: --json prints all`);
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

async function sendAgain(id: string, options: RejectedOptions, context: Context): Promise<void> {
  const { terminal, target } = context;
  const { since = 0, yes, json } = options;
  const [message] = await rejectedSince(target, since, id);
  if (!message)
    throw new WrongUsage(
      `no rejected message has the id ${id}. "${commandOn(target, 'rejected')}" lists them.`,
    );
  const { topic } = message;
  const outgoing = sentAgain(message);
  const { price, rejectedAgain } = await prospectOf(target, topic, outgoing.data);
  if (rejectedAgain !== null) terminal.note(`note: as it is it will be rejected again (${rejectedAgain}).`);
  if (mayCost(price)) await agreeToPay(price, yes, context);
  const messageId = await publishBytes(target, outgoing);
  if (json) terminal.print(JSON.stringify({ republished: id, messageId, topic }));
  else terminal.print(`published to ${topic} as message ${messageId}.`);
}
