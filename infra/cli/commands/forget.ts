import { Command } from 'commander';
import { accountNamed, type ForgottenAccount, nameOf } from '../forgotten/accounts.ts';
import { accountsToForget, forget, type ToForget } from '../forgotten/forget.ts';
import { scrubAll } from '../forgotten/scrub-all.ts';
import { forgottenNamed, undoForget } from '../forgotten/undo.ts';
import { vanishingLine, vanishingWith } from '../forgotten/vanishing.ts';
import { commandOn } from '../target/again.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { agree } from '../terminal/agree.ts';
import { Failure, WrongUsage } from '../terminal/errors.ts';
import { minuteOf } from '../terminal/figures.ts';
import type { AnsweredOptions } from '../terminal/options.ts';
import { WIDE, type WideOptions } from '../terminal/table.ts';

type ForgetOptions = AnsweredOptions & WideOptions & { reason?: string; scrub?: boolean; undo?: boolean };

export const forgetCommand = ({ onReadable }: Surroundings) =>
  new Command('forget')
    .description(
      'honour a deletion: the account disappears from every view at once, until --undo; with --scrub for good',
    )
    .argument(
      '[account...]',
      'account ids (digits) or usernames; a leading @ says that digits are a username',
    )
    .option('--reason <text>', 'why, for the record')
    .option('--undo', 'show them again, as long as they were not scrubbed')
    .option('--scrub', 'also rewrite the stored rows without any forgotten account; cannot be undone')
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON object')
    .addOption(WIDE)
    .addHelpText('after', '\nExample:\n  npx dodo forget ewan_mcallister 1600000000000000001 --scrub')
    .action(async (names: string[], options: ForgetOptions) => {
      if (options.undo && options.scrub) throw new WrongUsage('--undo does not go with --scrub.');
      if (names.length === 0 && !options.scrub)
        throw new WrongUsage(`name the accounts to ${options.undo ? 'show again' : 'forget'}.`);
      const given = names.map(accountNamed);
      await onReadable((context) => (options.undo ? undo : run)({ ...options, given }, context));
    });

type Given = ForgetOptions & { given: ForgottenAccount[] };

async function run({ given, reason, ...options }: Given, context: Context): Promise<void> {
  const { terminal, target } = context;
  const { json, yes } = options;
  const accounts = await accountsToForget(target, given);
  const anew = accounts.filter(({ wasForgotten }) => !wasForgotten).map(({ account }) => account);
  const vanishing = anew.length > 0 ? await vanishingWith(target, anew) : null;
  warnOfStrangers(accounts, context);
  if (vanishing) {
    const line = vanishingLine(anew.length, vanishing);
    if (json) terminal.note(line);
    else terminal.print(line);
    await agree(`${anew.map(nameOf).join(', ')}: no view is to show that any more.`, yes, terminal);
  }
  await forget(target, anew, reason ?? null);
  if (!json) for (const each of accounts) terminal.print(forgottenLine(each));
  if (!json && anew.length > 0 && !options.scrub)
    terminal.print(`undo it: ${commandOn(target, `forget --undo ${anew.map(typed).join(' ')}`)}`);
  const scrubbed = options.scrub ? await scrubAll(options, context) : [];
  const forgotten = accounts.map(({ account }) => account);
  if (json) terminal.print(JSON.stringify({ forgotten, vanishing, scrubbed }));
}

/** A misspelt name would be a deletion that was not honoured. */
function warnOfStrangers(accounts: ToForget[], { terminal }: Context): void {
  for (const { account, isStored, wasForgotten } of accounts)
    if (!isStored && !wasForgotten)
      terminal.note(
        `no stored row has ${nameOf(account)}: is it spelt as X spells it? It is forgotten all the same, should it come.`,
      );
}

function forgottenLine({ account, wasForgotten }: ToForget): string {
  const name = nameOf(account);
  return wasForgotten ? `${name} was forgotten before` : `${name} is forgotten: no view shows it any more`;
}

/** As it is to be typed: digits without an @ are an id. */
const typed = ({ id, username }: ForgottenAccount): string =>
  username === null ? (id ?? '') : `@${username}`;

async function undo({ given, yes, json }: Given, { terminal, target }: Context): Promise<void> {
  const named = await forgottenNamed(target, given);
  if (named.length === 0) throw new Failure(`none of them is forgotten: ${given.map(nameOf).join(', ')}.`);
  for (const account of named)
    if (account.scrubbed_at !== null)
      throw new Failure(
        `${nameOf(account)} was scrubbed at ${minuteOf(account.scrubbed_at)}: what was stored is gone, and it stays forgotten. Nothing was done.`,
      );
  const ofX = named.filter(({ is_named_by_x }) => is_named_by_x);
  const stay = `${ofX.map(nameOf).join(', ')}: X says that it is to be taken out. "${commandOn(target, 'comply')}" shows it again once X no longer does.`;
  const asked = named.filter(({ is_asked_for }) => is_asked_for);
  if (asked.length === 0) throw new Failure(stay);
  const names = asked.map(nameOf).join(', ');
  await agree(`Every view is to show ${names} again.`, yes, terminal);
  await undoForget(target, given);
  const shown = asked.filter(({ is_named_by_x }) => !is_named_by_x);
  if (ofX.length > 0) terminal.note(`still hidden: ${stay}`);
  if (json) terminal.print(JSON.stringify({ shown: shown.map(({ id, username }) => ({ id, username })) }));
  else if (shown.length > 0) terminal.print(`shown again: ${shown.map(nameOf).join(', ')}`);
}
