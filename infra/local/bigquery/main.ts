/** The process: `node main.ts --data FILE.duckdb --project P [--port 0]`. It never outlives the parent's IPC channel. */
import { parseArgs } from 'node:util';
import { startBigQuery } from './start.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { data: text, project: text, port: { ...text, default: '0' } } });
const { data: file, project, port } = values;
if (!file || !project) throw new Error('--data FILE.duckdb and --project P are required');
const bigquery = await startBigQuery({ file, project, port: Number(port) });
const stop = () => bigquery.close().then(() => process.exit(0));
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, stop);
process.send?.({ port: bigquery.port });
const line = { severity: 'INFO', message: 'bigquery listening', port: bigquery.port };
process.stdout.write(`${JSON.stringify(line)}\n`);
