import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listening, stopped } from './loopback-server.ts';

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
  /** Decides over each request; at first all pass, every byte as it comes. */
  decide: (asked: Asked) => Fate | Promise<Fate>;
  /** The header of each request, in order; undefined where there was none. */
  authorizations: (string | undefined)[];
  /** From now on connections are refused, at the same address. */
  close(): Promise<void>;
  open(): Promise<void>;
}

/** A proxy on the loopback before a server that speaks HTTP and JSON, which a test makes fail. */
export async function startUnrulyProxy(target: string): Promise<UnrulyProxy> {
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, headers, url = '' } = request;
    proxy.authorizations.push(headers.authorization);
    const body = await buffer(request);
    const json = body.length > 0 ? JSON.parse(String(body)) : undefined;
    const fate = await proxy.decide({ path: url.split('?')[0] ?? '', json });
    if (fate === 'stalls') return;
    if (typeof fate === 'object') {
      response.writeHead(fate.status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify(fate.body));
      return;
    }
    // Where either side breaks off, so does the proxy.
    const onward = httpRequest(target + url, { method, headers }, (answer) => {
      answer.on('error', () => response.destroy());
      if (fate === 'answer lost') answer.on('end', () => response.destroy()).resume();
      else answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers));
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.end(body);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.destroy(error));
  });
  // Nothing breaks here unless a test decides it.
  server.keepAliveTimeout = 0;
  const address = await listening(server);
  const proxy: UnrulyProxy = {
    url: address,
    decide: () => 'passes',
    authorizations: [],
    close: () => stopped(server),
    open: async () => void (await listening(server, Number(new URL(address).port))),
  };
  return proxy;
}
