/** The process: `node main.ts --data FILE.sqlite [--port 0] [--verbose]`. It ends when its parent's IPC channel does. */
import { parseArgs } from 'node:util';
import { startPubSub } from './server.ts';

for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, () => process.exit(0));
const options = { data: { type: 'string' }, port: { type: 'string' }, verbose: { type: 'boolean' } } as const;
const { data, port = '0', verbose = false } = parseArgs({ options }).values;
if (!data) throw new Error('--data FILE.sqlite is required');
const print = (line: object) => console.log(JSON.stringify({ severity: 'INFO', ...line }));
const log = ({ event, ...details }: { event: string }) => verbose && print({ message: event, ...details });
const pubsub = await startPubSub({ file: data, port: Number(port), log });
process.once('exit', pubsub.close);
process.send?.({ port: pubsub.port });
print({ message: 'pubsub listening', port: pubsub.port });
