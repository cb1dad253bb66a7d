import { Command } from 'commander';
import { accountNamed, type ForgottenAccount, forgottenAccounts } from '../forgotten/accounts.ts';
import { forget } from '../forgotten/forget.ts';
import { countScrub, type ScrubCount, scrub, YOUNG_MINUTES } from '../forgotten/scrub.ts';
import { commandOn } from '../target/again.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { agree } from '../terminal/agree.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { counted } from '../terminal/figures.ts';
import type { AnsweredOptions } from '../terminal/options.ts';
import { tableOf } from '../terminal/table.ts';

type ForgetOptions = AnsweredOptions & { reason?: string; scrub?: boolean };

export const forgetCommand = ({ onReadable }: Surroundings) =>
  new Command('forget')
    .description('honour a deletion: the account disappears from every view at once, and for good')
    .argument(
      '[account...]',
      'account ids (digits) or usernames; a leading @ says that digits are a username',
    )
    .option('--reason <text>', 'why, for the record')
    .option('--scrub', 'also rewrite the stored rows without any forgotten account; cannot be undone')
    .option('--yes', 'do not ask before the scrub')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  npx dodo forget ewan_mcallister 1600000000000000001 --scrub')
    .action(async (names: string[], options: ForgetOptions) => {
      if (names.length === 0 && !options.scrub) throw new WrongUsage('name the accounts to forget.');
      const given = names.map(accountNamed);
      await onReadable((context) => run({ ...options, given }, context));
    });

async function run(options: ForgetOptions & { given: ForgottenAccount[] }, context: Context): Promise<void> {
  const { terminal, target } = context;
  const { given, reason = null, json } = options;
  const accounts = await forget(target, given, reason);
  if (!json) for (const each of accounts) terminal.print(forgottenLine(each.account, each.wasForgotten));
  const scrubbed = options.scrub ? await scrubAll(options, context) : [];
  if (json) terminal.print(JSON.stringify({ forgotten: accounts.map(({ account }) => account), scrubbed }));
}

function forgottenLine({ id, username }: ForgottenAccount, already: boolean): string {
  const name = username === null ? `account ${id}` : `@${username} (${id === null ? 'no id is known' : id})`;
  return already ? `${name} was forgotten before` : `${name} is forgotten: no view shows it any more`;
}

async function scrubAll({ yes, json }: ForgetOptions, context: Context): Promise<ScrubCount[]> {
  const { terminal, target, clock } = context;
  const say = (line: string) => (json ? terminal.note(line) : terminal.print(line));
  const forgotten = await forgottenAccounts(target);
  const nowMs = clock.now();
  const counts = await countScrub(target, forgotten, nowMs);
  say(
    tableOf(counts, [
      { head: 'table', cell: ({ table }) => table },
      { head: 'what is done', cell: ({ does }) => does },
      { head: 'rows', cell: ({ now }) => now },
      { head: 'too young', cell: ({ later }) => later },
    ]),
  );
  const sum = (column: 'now' | 'later') => counts.reduce((all, each) => all + each[column], 0);
  if (sum('now') > 0) {
    await agree(`This rewrites or deletes ${counted(sum('now'), 'stored row')} for good.`, yes, terminal);
    await scrub(target, forgotten, nowMs, counts);
    say(`scrubbed ${counted(sum('now'), 'row')}.`);
  }
  if (sum('later') > 0)
    say(
      `${counted(sum('later'), 'row is', 'rows are')} younger than ${YOUNG_MINUTES} minutes, and BigQuery changes none that young: run "${commandOn(target, 'forget --scrub')}" again then.`,
    );
  return counts;
}
