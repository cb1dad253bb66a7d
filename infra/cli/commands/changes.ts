import { Command, Option } from 'commander';
import {
  CHANGE_COLUMNS,
  CHANGES,
  changesSince,
  changesTable,
  comparableParents,
} from '../history/changes.ts';
import { parentIds } from '../history/parents.ts';
import { commandOn } from '../target/again.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { CSV, type CsvOptions, csvOf, RAW } from '../terminal/csv.ts';
import { Failure } from '../terminal/errors.ts';
import { counted, minuteOf } from '../terminal/figures.ts';
import { utcTime, wholeNumber } from '../terminal/options.ts';
import { WIDE, type WideOptions, widthFor } from '../terminal/table.ts';

type ChangesOptions = CsvOptions &
  WideOptions & {
    parent?: string;
    since?: number;
    change?: string;
    limit?: number;
    json?: boolean;
  };

export const changesCommand = ({ onReadable }: Surroundings) =>
  new Command('changes')
    .description('who was followed and who is no longer listed, newest first')
    .option('--parent <account>', 'only changes of this parent: its username or its account id')
    .option('--since <date>', 'only changes seen since this day or time (UTC)', utcTime)
    .addOption(new Option('--change <kind>', 'only changes of this kind').choices(CHANGES))
    .option('--limit <n>', 'only so many, the newest', wholeNumber(1, 1_000_000))
    .option('--json', 'print one JSON array of row objects')
    .addOption(CSV)
    .addOption(RAW)
    .addOption(WIDE)
    .addHelpText(
      'after',
      '\nExample:\n  npx dodo changes --parent ewan_mcallister --since 2026-11-01 --change followed --limit 50',
    )
    .action((options: ChangesOptions) => onReadable((context) => run(options, context)));

async function run(options: ChangesOptions, { terminal, target }: Context): Promise<void> {
  const { parent, since = 0, change, limit, json, csv, raw } = options;
  const parents = parent === undefined ? undefined : await parentIds(target, parent);
  if (parents === null)
    throw new Failure(
      `no run has had the parent "${parent}". ${commandOn(target, `query "SELECT DISTINCT parent_username FROM dispatch_progress"`)} lists those there are.`,
    );
  const all = parents?.length === 0 ? [] : await changesSince(target, since, parents);
  const ofKind = change === undefined ? all : all.filter((row) => row.change === change);
  const changes = limit === undefined ? ofKind : ofKind.slice(0, limit);
  if (json) terminal.print(JSON.stringify(changes));
  else if (csv) terminal.print(csvOf(changes, { columns: CHANGE_COLUMNS, raw }));
  else
    terminal.print(
      changes.length === 0
        ? await whyNone(options, target)
        : changesTable(changes, { mostLines: limit, width: widthFor(options, terminal) }),
    );
}

async function whyNone(
  { parent, since, change }: ChangesOptions,
  target: Context['target'],
): Promise<string> {
  const kind = change === undefined ? '' : ` "${change}"`;
  const of = parent === undefined ? kind : `${kind} of ${parent}`;
  if (since !== undefined) return `No changes${of} were seen since ${minuteOf(since)}.`;
  const parents = await comparableParents(target);
  return parents === 0
    ? `No changes${of} yet: the first complete list of a parent is what later ones are compared with, and no parent has a second one so far.`
    : `No changes${of}. Lists of ${counted(parents, 'parent')} could be compared.`;
}
