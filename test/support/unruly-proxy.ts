import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What becomes of a request: passed on, never answered, passed on with the answer lost, or answered by the proxy. */
export type Fate = 'passes' | 'stalls' | 'answer lost' | { status: number; body: unknown };

export interface Asked {
  /** Without the query. */
  path: string;
  /** The request's body; undefined where there is none. */
  json: unknown;
}

export interface UnrulyProxy {
  url: string;
  /** Decides over each request; at first all pass. */
  decide: (asked: Asked) => Fate;
  close(): Promise<void>;
}

/** A proxy on the loopback before a stand-in that speaks HTTP and JSON, which a test makes fail. */
export async function startUnrulyProxy(target: string): Promise<UnrulyProxy> {
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '' } = request;
    const body = await buffer(request);
    const json = body.length > 0 ? JSON.parse(String(body)) : undefined;
    const fate = proxy.decide({ path: url.split('?')[0] ?? '', json });
    if (fate === 'stalls') return;
    if (typeof fate === 'object') return send(response, fate.status, JSON.stringify(fate.body));
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(target + url, { method, headers, ...(json !== undefined && { body }) });
    const text = await answer.text();
    if (fate === 'answer lost') response.destroy();
    else send(response, answer.status, text);
  };
  // Where either side breaks off, so does the proxy.
  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.destroy(error));
  });
  // Nothing breaks here unless a test decides it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: UnrulyProxy = {
    url: `http://127.0.0.1:${port}`,
    decide: () => 'passes',
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(text);
}
