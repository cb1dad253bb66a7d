import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server in the place of X that answers as a test says; it remembers what it was asked. */
export class Loopback {
  readonly requests: http.IncomingMessage[] = [];
  /** Connections that were opened and are not closed yet. */
  connections = 0;
  readonly #server: http.Server;
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
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return loopback;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
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
