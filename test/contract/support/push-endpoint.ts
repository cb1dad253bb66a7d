import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listening, stopped } from '../../support/loopback-server.ts';

export interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  body: { message: Record<string, unknown> & { data?: string; attributes: object }; subscription: string };
  /** `data` decoded. */
  text: string;
}

export type Reply = (response: ServerResponse, received: Received) => void;
export type PushEndpoint = Awaited<ReturnType<typeof pushEndpoint>>;

/** A real push endpoint on loopback; `reply` answers each request (default: 204). */
export async function pushEndpoint(reply: Reply = (response) => response.writeHead(204).end()) {
  const received: Received[] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const text = Buffer.from(body.message.data ?? '', 'base64').toString();
    const entry = { path: request.url ?? '', headers: request.headers, body, text };
    received.push(entry);
    reply(response, entry);
  });
  server.on('connection', () => connections++);
  return {
    url: `${await listening(server)}/projects/p/topics/pages`,
    received,
    texts: () => received.map(({ text }) => text),
    connections: () => connections,
    close: () => stopped(server),
  };
}
