/** The process: `node main.ts --data FILE.json [--port 0]`. It never outlives the parent's IPC channel. */
import { parseArgs } from 'node:util';
import { startX } from './server.ts';

const { values } = parseArgs({
  options: { data: { type: 'string' }, port: { type: 'string', default: '0' } },
});
if (!values.data) throw new Error('--data FILE.json is required');
const { port, close } = await startX({ file: values.data, port: Number(values.port) });
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const)
  process.once(event, () => close().then(() => process.exit(0)));
process.send?.({ port });
console.log(JSON.stringify({ severity: 'INFO', message: 'x listening', port }));
