import { Command } from 'commander';
import { systemClock } from '../../../shared/clock.ts';
import { withDeadline } from '../../../shared/deadline.ts';
import { plainRows } from '../target/rows.ts';
import { findReadable, type GlobalOptions } from '../target/target.ts';
import { CSV_MEANING, csvOf } from '../terminal/csv.ts';
import { Failure, WrongUsage } from '../terminal/errors.ts';
import { tableOf } from '../terminal/table.ts';

/** As long as BigQuery itself may think about a question of an analyst. */
const DEADLINE_MS = 600_000;

export const queryCommand = () =>
  new Command('query')
    .description("run a SELECT over the tables and views; unqualified names mean the project's dataset")
    .argument('<sql>', 'one GoogleSQL statement')
    .option('--json', 'print one JSON array of row objects')
    .option('--csv', CSV_MEANING)
    .addHelpText(
      'after',
      '\nExample:\n  npx dodo query "SELECT parent_username, state, friends_listed FROM dispatch_progress"',
    )
    .action(async (sql: string, options: { json?: boolean; csv?: boolean }, command: Command) => {
      if (!/^\s*(--.*\n\s*)*(SELECT|WITH)\b/i.test(sql))
        throw new WrongUsage('only a SELECT can be run with "query".');
      const target = await findReadable(command.optsWithGlobals<GlobalOptions>());
      try {
        const rows = await select(target, sql);
        if (options.json) console.log(JSON.stringify(rows));
        else if (options.csv) console.log(csvOf(rows));
        else console.log(rows.length === 0 ? 'no rows' : tableOf(rows));
      } finally {
        await target.close();
      }
    });

async function select({ bigquery, config }: Awaited<ReturnType<typeof findReadable>>, query: string) {
  const defaultDataset = { datasetId: config.BIGQUERY_DATASET, projectId: config.GOOGLE_CLOUD_PROJECT };
  try {
    const [rows] = await withDeadline(systemClock, DEADLINE_MS, 'BigQuery', () =>
      bigquery.query({ query, defaultDataset }),
    );
    return plainRows(rows);
  } catch (error) {
    throw new Failure(`the query failed: ${(error as Error).message}`);
  }
}
