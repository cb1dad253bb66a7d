import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** ZetaSQL's server as a process of ours; its calls are those of local_service.proto in the package. */
export interface ZetaSqlServer {
  call(method: string, request: unknown): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

const PACKAGE = `${import.meta.dirname}/node_modules/@fivetrandevelopers/zetasql/lib/zetasql`;
const MESSAGE_LIMIT_BYTES = 256 * 1024 * 1024;
const READY_WITHIN_MS = 60_000;

type Call = (
  request: unknown,
  done: (error: Error | null, response: Record<string, unknown>) => void,
) => void;
type Client = Record<string, Call> & {
  close(): void;
  waitForReady(deadline: number, done: (error?: Error) => void): void;
};

/**
 * The package's own runServer() never settles, and its client offers no evaluation. The server takes a port and no
 * 0: where another process was quicker to take the free one, it ends, and the next one is tried.
 */
export async function startServer(attempts = 3): Promise<ZetaSqlServer> {
  const port = await freePort();
  const server = spawn(serverBinary(), ['127.0.0.1', String(port)], { stdio: 'ignore' });
  const client = connect(port);
  const ready = new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => resolve(`ended with ${code}; it needs libstdc++6`));
    client.waitForReady(Date.now() + READY_WITHIN_MS, (error) => (error ? reject(error) : resolve('ready')));
  });
  const outcome = await ready;
  if (outcome !== 'ready') {
    client.close();
    if (attempts > 1) return startServer(attempts - 1);
    throw new Error(`ZetaSQL ${outcome}`);
  }
  return {
    call: (method, request) =>
      new Promise((resolve, reject) =>
        client[method]?.(request, (error, response) => (error ? reject(error) : resolve(response))),
      ),
    stop: () => stop(client, server),
  };
}

function serverBinary(): string {
  const name = `remote_server${process.arch === 'arm64' ? '_arm' : ''}${process.platform === 'darwin' ? '' : '.so'}`;
  if (!existsSync(`${PACKAGE}/${name}`))
    throw new Error('ZetaSQL is not installed: npm ci --prefix test/sql');
  return `${PACKAGE}/${name}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return (address as AddressInfo).port;
}

function connect(port: number): Client {
  const definition = loadSync('local_service.proto', {
    includeDirs: [`${PACKAGE}/protos`],
    longs: String,
    enums: String,
    arrays: true,
  });
  const { zetasql } = loadPackageDefinition(definition) as unknown as {
    zetasql: { local_service: { ZetaSqlLocalService: new (...args: unknown[]) => Client } };
  };
  return new zetasql.local_service.ZetaSqlLocalService(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.max_send_message_length': MESSAGE_LIMIT_BYTES,
    'grpc.max_receive_message_length': MESSAGE_LIMIT_BYTES,
  });
}

async function stop(client: Client, server: ChildProcess): Promise<void> {
  client.close();
  if (server.exitCode !== null) return;
  server.removeAllListeners('exit');
  server.kill('SIGKILL');
  await once(server, 'exit');
}
