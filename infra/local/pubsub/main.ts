/**
 * The process: `node main.ts --data FILE.sqlite [--port 0] [--verbose]`. It ends when its parent's IPC channel does.
 * With `--retention-days 7` it refuses what Google's own emulator refuses.
 */
import { parseArgs } from 'node:util';
import { startPubSub } from './server.ts';

for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, () => process.exit(0));
const text = { type: 'string' } as const;
const options = { data: text, port: text, 'retention-days': text, verbose: { type: 'boolean' } } as const;
const { data, port = '0', 'retention-days': days = '31', verbose = false } = parseArgs({ options }).values;
if (!data) throw new Error('--data FILE.sqlite is required');
const print = (line: object) => console.log(JSON.stringify({ severity: 'INFO', ...line }));
const log = ({ event, ...details }: { event: string }) => verbose && print({ message: event, ...details });
const pubsub = await startPubSub({ file: data, port: Number(port), mostRetentionDays: Number(days), log });
process.once('exit', pubsub.close);
process.send?.({ port: pubsub.port });
print({ message: 'pubsub listening', port: pubsub.port });
