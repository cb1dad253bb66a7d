import { Command, Option } from 'commander';
import { describedTable } from '../schema/describe.ts';
import { knownTables } from '../schema/known-tables.ts';
import { rowsOfAnalyst, statementOf } from '../target/query.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { CSV, type CsvOptions, csvOf, RAW } from '../terminal/csv.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { columnsOf, tableOf, WIDE, type WideOptions, widthFor } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

type QueryOptions = CsvOptions & WideOptions & { tables?: boolean; describe?: string; json?: boolean };

export const queryCommand = ({ onReadable, terminal }: Surroundings) =>
  new Command('query')
    .description("run a SELECT over the tables and views; unqualified names mean the project's dataset")
    .argument('[sql]', 'one GoogleSQL statement')
    // A statement may begin with a comment, which looks like an option.
    .allowUnknownOption()
    .addOption(new Option('--tables', 'list the views and tables instead: what a row of each is'))
    .addOption(
      new Option('--describe <table>', 'list the columns of a view or table instead, with types').conflicts(
        'tables',
      ),
    )
    .option('--json', 'print one JSON array of row objects')
    .addOption(CSV)
    .addOption(RAW)
    .addOption(WIDE)
    .addHelpText(
      'after',
      '\nExamples:\n  npx dodo query "SELECT parent_username, state, friends_listed FROM dispatch_progress"\n  npx dodo query --tables\n  npx dodo query --describe friends',
    )
    .action(async (sql: string | undefined, options: QueryOptions) => {
      if (/^--?[\w-]+$/.test(sql ?? '')) throw new WrongUsage(`unknown option '${sql}'.`);
      const { tables, describe } = options;
      if ((sql === undefined) === !(tables || describe !== undefined))
        throw new WrongUsage('give one SELECT, or --tables, or --describe TABLE.');
      if (tables) show(listed(), options, terminal);
      else await onReadable((context) => run(sql, options, context));
    });

/** The first sentence of each description; --describe shows it whole. */
const listed = () =>
  knownTables().map(({ name, kind, description }) => ({
    name,
    kind,
    a_row_is: description.split(/(?<=[.]) /)[0],
  }));

async function run(
  sql: string | undefined,
  options: QueryOptions,
  { terminal, target }: Context,
): Promise<void> {
  if (sql === undefined) {
    const { description, columns } = await describedTable(target, options.describe ?? '');
    if (isForPeople(options)) terminal.print(`${options.describe}: ${description}`);
    return show(columns, options, terminal);
  }
  const { type, columns } = await statementOf(target, sql);
  if (type !== 'SELECT')
    throw new WrongUsage(`only one SELECT can be run with "query", and this is ${type}.`);
  show(await rowsOfAnalyst(target, sql), { ...options, columns }, terminal);
}

const isForPeople = ({ json, csv }: QueryOptions) => !json && !csv;

function show(rows: object[], options: QueryOptions & { columns?: string[] }, terminal: Terminal): void {
  const { json, csv, raw, columns } = options;
  if (json) terminal.print(JSON.stringify(rows));
  else if (csv) terminal.print(csvOf(rows, { ...(columns && { columns }), raw }));
  else
    terminal.print(
      rows.length === 0 ? 'no rows' : tableOf(rows, columnsOf(rows), widthFor(options, terminal)),
    );
}
