/**
 * The process: `node main.ts --data FILE.duckdb --project P [--port 0]`. It never outlives the parent's IPC channel.
 * With `--late-share 0.15 --late-ms 120000 --column-ms 60000` it is as late as BigQuery can be: see lag.ts.
 */
import { parseArgs } from 'node:util';
import { lagOf } from './lag.ts';
import { startBigQuery } from './start.ts';

const text = { type: 'string' } as const;
const number = { type: 'string', default: '0' } as const;
const lags = { 'late-share': number, 'late-ms': number, 'column-ms': number };
const { values } = parseArgs({ options: { data: text, project: text, port: number, ...lags } });
const { data: file, project, port } = values;
const lag = lagOf(Number(values['late-share']), Number(values['late-ms']), Number(values['column-ms']));
if (!file || !project) throw new Error('--data FILE.duckdb and --project P are required');
const bigquery = await startBigQuery({ file, project, port: Number(port), lag });
const stop = () => bigquery.close().then(() => process.exit(0));
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, stop);
process.send?.({ port: bigquery.port });
const line = { severity: 'INFO', message: 'bigquery listening', port: bigquery.port };
process.stdout.write(`${JSON.stringify(line)}\n`);
