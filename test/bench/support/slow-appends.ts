import { createServer, request } from 'node:http';
import { systemClock } from '../../../shared/clock.ts';
import { listening, stopped } from '../../support/loopback-server.ts';

/** What is asked of BigQuery goes there; what is appended is taken after `ms`, and kept nowhere. */
export async function startSlowAppends(
  bigquery: string,
  ms: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((asked, response) => {
    const { method = '', headers, url = '' } = asked;
    if (url.includes('/insertAll')) {
      asked.resume().on('end', async () => {
        await systemClock.sleep(ms);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
      return;
    }
    const onward = request(bigquery + url, { method, headers }, (answer) => {
      answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers));
    });
    onward.on('error', () => response.destroy());
    asked.pipe(onward);
  });
  // However long the machine stands still, no connection breaks.
  server.keepAliveTimeout = 0;
  const url = await listening(server);
  return { url, close: () => stopped(server) };
}
