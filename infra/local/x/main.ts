/** The process: `node main.ts --data FILE.json [--port 0] [--calls-per-window N --window-seconds N]`. It never outlives the parent's IPC channel. */
import { parseArgs } from 'node:util';
import { startX } from './server.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string', default: '0' },
    'calls-per-window': { type: 'string' },
    'window-seconds': { type: 'string' },
  },
});
if (!values.data) throw new Error('--data FILE.json is required');
const [limit, seconds] = [values['calls-per-window'], values['window-seconds']];
const configured = limit && seconds ? { limit: Number(limit), windowMs: Number(seconds) * 1000 } : undefined;
const options = { file: values.data, port: Number(values.port), ...(configured && { configured }) };
const { port, close } = await startX(options);
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const)
  process.once(event, () => close().then(() => process.exit(0)));
process.send?.({ port });
console.log(JSON.stringify({ severity: 'INFO', message: 'x listening', port }));
