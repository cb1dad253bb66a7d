/**
 * The process: `node main.ts --data FILE.duckdb --project P [--port 0]`. It never outlives the parent's IPC channel.
 * With `--lag '{"share":0.15,"rowMs":120000,"columnMs":60000}'` it is as late as BigQuery can be: see lag.ts.
 */
import { parseArgs } from 'node:util';
import { lagOf, NO_LAG } from './lag.ts';
import { startBigQuery } from './start.ts';

const text = { type: 'string' } as const;
const options = { data: text, project: text, port: { ...text, default: '0' }, lag: text };
const { data: file, project, port, lag } = parseArgs({ options }).values;
if (!file || !project) throw new Error('--data FILE.duckdb and --project P are required');
const bigquery = await startBigQuery({
  file,
  project,
  port: Number(port),
  lag: lag ? lagOf(JSON.parse(lag)) : NO_LAG,
});
const stop = () => bigquery.close().then(() => process.exit(0));
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, stop);
process.send?.({ port: bigquery.port });
const line = { severity: 'INFO', message: 'bigquery listening', port: bigquery.port };
process.stdout.write(`${JSON.stringify(line)}\n`);
