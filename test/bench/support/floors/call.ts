import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

const agent = new Agent({ keepAlive: true });

/** What is answered with 200, over connections that are kept. */
export function call(url: string, method: string, body = ''): Promise<Buffer> {
  const headers = {
    authorization: `Bearer ${process.env.X_BEARER_TOKEN}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, agent, headers }, (answer) => {
      if (answer.statusCode === 200) buffer(answer).then(resolve, reject);
      else reject(new Error(`${url} answered ${answer.statusCode}`));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
