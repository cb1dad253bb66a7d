import { Command } from 'commander';
import { rowsOfAnalyst, statementOf } from '../target/query.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { CSV, type CsvOptions, csvOf, RAW } from '../terminal/csv.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { tableOf } from '../terminal/table.ts';

type QueryOptions = CsvOptions & { sql: string; json?: boolean };

export const queryCommand = ({ onReadable }: Surroundings) =>
  new Command('query')
    .description("run a SELECT over the tables and views; unqualified names mean the project's dataset")
    .argument('<sql>', 'one GoogleSQL statement')
    // A statement may begin with a comment, which looks like an option.
    .allowUnknownOption()
    .option('--json', 'print one JSON array of row objects')
    .addOption(CSV)
    .addOption(RAW)
    .addHelpText(
      'after',
      '\nExample:\n  npx dodo query "SELECT parent_username, state, friends_listed FROM dispatch_progress"',
    )
    .action(async (sql: string, options: Omit<QueryOptions, 'sql'>) => {
      if (/^--?[\w-]+$/.test(sql)) throw new WrongUsage(`unknown option '${sql}'.`);
      await onReadable((context) => run({ ...options, sql }, context));
    });

async function run({ sql, json, csv, raw }: QueryOptions, { terminal, target }: Context): Promise<void> {
  const { type, columns } = await statementOf(target, sql);
  if (type !== 'SELECT')
    throw new WrongUsage(`only one SELECT can be run with "query", and this is ${type}.`);
  const rows = await rowsOfAnalyst(target, sql);
  if (json) terminal.print(JSON.stringify(rows));
  else if (csv) terminal.print(csvOf(rows, { columns, raw }));
  else terminal.print(rows.length === 0 ? 'no rows' : tableOf(rows));
}
