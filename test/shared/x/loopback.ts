import http from 'node:http';
import { listening, stopped } from '../../support/loopback-server.ts';

/** A server in the place of X that answers as a test says; it remembers what it was asked. */
export class Loopback {
  readonly requests: http.IncomingMessage[] = [];
  /** Connections that were opened and are not closed yet. */
  connections = 0;
  readonly #server: http.Server;
  url = '';
  answer: http.RequestListener = (_request, response) => response.end();

  private constructor(server: http.Server) {
    this.#server = server;
  }

  static async start(): Promise<Loopback> {
    const server = http.createServer();
    const loopback = new Loopback(server);
    server.on('request', (request, response) => {
      loopback.requests.push(request);
      loopback.answer(request, response);
    });
    server.on('connection', (socket) => {
      loopback.connections++;
      socket.on('close', () => loopback.connections--);
    });
    loopback.url = await listening(server);
    return loopback;
  }

  stop(): Promise<void> {
    return stopped(this.#server);
  }
}

export function json(
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): http.RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
}
