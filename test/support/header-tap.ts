import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a server on the loopback, passes every byte on as it comes, and keeps who asked with which header. */
export interface HeaderTap {
  url: string;
  /** The `authorization` of each request, in order; undefined where there was none. */
  authorizations: (string | undefined)[];
  /** From now on connections are refused, at the same address. */
  close(): Promise<void>;
  open(): Promise<void>;
}

export async function startHeaderTap(target: string): Promise<HeaderTap> {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const { method, headers, url = '' } = request;
    authorizations.push(headers.authorization);
    const onward = httpRequest(target + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.on('error', () => response.destroy()).pipe(response);
    });
    // Where either side breaks off, so does the tap.
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  const listen = async (port: number): Promise<number> => {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}`,
    authorizations,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    async open() {
      await listen(port);
    },
  };
}
