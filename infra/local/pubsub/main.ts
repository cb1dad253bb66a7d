/** The process: `node main.ts --data FILE.sqlite [--port 0] [--verbose]`. It never outlives the parent's IPC channel. */
import { parseArgs } from 'node:util';
import { startPubSub } from './server.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string', default: '0' },
    verbose: { type: 'boolean', default: false },
  },
});
if (!values.data) throw new Error('--data FILE.sqlite is required');

const print = (line: object) => process.stdout.write(`${JSON.stringify({ severity: 'INFO', ...line })}\n`);
const log = ({ event, ...details }: { event: string }) => print({ message: event, ...details });
const pubsub = await startPubSub({
  file: values.data,
  port: Number(values.port),
  ...(values.verbose && { log }),
});
const stop = () => {
  pubsub.close();
  process.exit(0);
};
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, stop);
process.send?.({ port: pubsub.port });
print({ message: 'pubsub listening', port: pubsub.port });
