import { Command } from 'commander';
import { systemClock } from '../../../shared/clock.ts';
import { isAccountId } from '../../../shared/messages/formats.ts';
import { isoOf } from '../../../shared/times.ts';
import { append } from '../../../shared/warehouse/append.ts';
import { countScrub, type ScrubCount, scrub, YOUNG_MINUTES } from '../forgotten/scrub.ts';
import { forgottenSql } from '../plan/known-accounts.ts';
import { usernameOf } from '../plan/parents-file.ts';
import { findReadable, type GlobalOptions, type Target, withTarget } from '../target/target.ts';
import { rowsOf, warehouseOf } from '../target/warehouse.ts';
import { agree } from '../terminal/agree.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { tableOf } from '../terminal/table.ts';
import { count } from '../terminal/words.ts';

interface ForgetOptions {
  reason?: string;
  scrub?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** An account as `forgotten_accounts` names it; usernames in lower case. */
export interface ForgottenAccount {
  id: string | null;
  username: string | null;
}

export const forgetCommand = () =>
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
    .action(async (names: string[], options: ForgetOptions, command: Command) => {
      if (names.length === 0 && !options.scrub) throw new WrongUsage('name the accounts to forget.');
      const given = names.map(accountNamed);
      await withTarget(await findReadable(command.optsWithGlobals<GlobalOptions>()), async (target) => {
        const forgotten = await forget(target, given, options);
        const scrubbed = options.scrub ? await scrubAll(target, options) : [];
        if (options.json) console.log(JSON.stringify({ forgotten, scrubbed }));
      });
    });

/** Throws WrongUsage. */
export function accountNamed(given: string): ForgottenAccount {
  if (isAccountId(given)) return { id: given, username: null };
  const parent = usernameOf(given);
  if (typeof parent === 'string') throw new WrongUsage(`neither an account id nor a username: ${parent}`);
  return { id: null, username: parent.username.toLowerCase() };
}

/**
 * Takes `@usernames` ARRAY<STRING>, in lower case. Whose names they were, by what X has said; the grandparent of a
 * request is what somebody wrote, and proves nothing.
 */
export const idsOfUsernamesSql = (dataset: string) => `
WITH named AS (
  SELECT parent_id AS id, parent_username AS username FROM ${dataset}.dispatches
  UNION ALL
  SELECT parent_id, parent_username FROM ${dataset}.completed_scrapes
  UNION ALL
  SELECT id, username FROM ${dataset}.account_metadata
  UNION ALL
  SELECT id, requested_username FROM ${dataset}.account_metadata
  UNION ALL
  SELECT friend.id, friend.username FROM ${dataset}.completed_scrapes AS page CROSS JOIN UNNEST(page.friends) AS friend
)
SELECT DISTINCT id, LOWER(username) AS username
FROM named
WHERE id IS NOT NULL AND LOWER(username) IN UNNEST(@usernames)
ORDER BY username, id`;

/** Stores what is given, and with a username every id that had it: else a rename would bring the account back. */
async function forget(
  target: Target,
  given: ForgottenAccount[],
  { reason, json }: ForgetOptions,
): Promise<ForgottenAccount[]> {
  if (given.length === 0) return [];
  const usernames = given.flatMap(({ username }) => username ?? []);
  const types = { usernames: ['STRING'] };
  const [known, already] = await Promise.all([
    rowsOf(target, idsOfUsernamesSql, { usernames }, types),
    rowsOf(target, forgottenSql),
  ]);
  const idsOf = Map.groupBy(known, (row) => row.username);
  const accounts = given.flatMap(({ id, username }): ForgottenAccount[] => {
    const ids = idsOf.get(username ?? '')?.map((row) => String(row.id)) ?? [id];
    return ids.map((each) => ({ id: each, username }));
  });
  const keyOf = ({ id, username }: { id?: unknown; username?: unknown }) => JSON.stringify([id, username]);
  const stored = new Set(already.map(keyOf));
  const fresh = accounts.filter((account) => !stored.has(keyOf(account)));
  const forgotten_at = isoOf(systemClock.now());
  await append(
    warehouseOf(target),
    'forgotten_accounts',
    fresh.map((account) => ({
      insertId: keyOf(account),
      json: { ...account, reason: reason ?? null, forgotten_at },
    })),
  );
  if (!json) for (const account of accounts) console.log(forgottenLine(account, stored.has(keyOf(account))));
  return accounts;
}

function forgottenLine({ id, username }: ForgottenAccount, already: boolean): string {
  const name = username === null ? `account ${id}` : `@${username} (${id === null ? 'no id is known' : id})`;
  return already ? `${name} was forgotten before` : `${name} is forgotten: no view shows it any more`;
}

async function scrubAll(target: Target, { yes, json }: ForgetOptions): Promise<ScrubCount[]> {
  const forgotten = (await rowsOf(target, forgottenSql)) as unknown as ForgottenAccount[];
  const nowMs = systemClock.now();
  const counts = await countScrub(target, forgotten, nowMs);
  const says = json ? console.error : console.log;
  says(
    tableOf(
      counts.map((each) => ({ ...each })),
      [
        { head: 'table', cell: (row) => row.table },
        { head: 'what is done', cell: (row) => row.does },
        { head: 'rows', cell: (row) => row.now },
        { head: 'too young', cell: (row) => row.later },
      ],
    ),
  );
  const [now, later] = [sum(counts, 'now'), sum(counts, 'later')];
  if (now > 0) {
    await agree(`This rewrites or deletes ${count(now, 'stored row')} for good.`, { yes });
    await scrub(target, forgotten, nowMs, counts);
    says(`scrubbed ${count(now, 'row')}.`);
  }
  if (later > 0)
    says(
      `${count(later, 'row is', 'rows are')} younger than ${YOUNG_MINUTES} minutes, and BigQuery changes none that young: run "npx dodo forget --scrub" again then.`,
    );
  return counts;
}

const sum = (counts: ScrubCount[], column: 'now' | 'later'): number =>
  counts.reduce((all, each) => all + each[column], 0);
