/**
 * The gRPC server of `google.pubsub.v1`, on 127.0.0.1, without TLS and credentials. Not imitated: REST, IAM. What
 * the broker has no method for is answered by gRPC: UNIMPLEMENTED, "The server does not implement the method …".
 */
import { createRequire } from 'node:module';
import { callbackify, promisify } from 'node:util';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { systemClock } from '../../../shared/clock.ts';
import { Broker } from './broker.ts';
import { httpPush } from './push.ts';
import type { Delivery } from './pusher.ts';

const protos = createRequire(import.meta.url)('@google-cloud/pubsub/build/protos/protos.json');
const DEFAULTS = {
  port: 0,
  clock: systemClock,
  push: httpPush,
  maxOutstanding: 40,
  mostRetentionDays: 31,
  log: () => undefined,
};

/** Starts listening at `port` (0: the system chooses). `file` is the store, or ':memory:'. */
export async function startPubSub(options: Partial<Delivery> & { file: string; port?: number }) {
  const { file, port, ...delivery } = { ...DEFAULTS, ...options };
  const broker = new Broker(file, delivery);
  // gRPC's own limit answers RESOURCE_EXHAUSTED, which the client repeats for ten minutes.
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  const definitions = fromJSON(protos, { longs: Number });
  const methods = Object.getOwnPropertyNames(Broker.prototype).map((name) => [name, answer(broker, name)]);
  for (const service of ['google.pubsub.v1.Publisher', 'google.pubsub.v1.Subscriber'])
    server.addService(definitions[service] as ServiceDefinition, Object.fromEntries(methods));
  const bind = promisify(server.bindAsync.bind(server));
  const bound = await bind(`127.0.0.1:${port}`, ServerCredentials.createInsecure());
  const close = () => {
    server.forceShutdown();
    broker.close();
  };
  return { port: bound, backlog: broker.backlog, close };
}

function answer(broker: Broker, method: string) {
  const run = callbackify(async (request: object) => Reflect.get(broker, method).call(broker, request));
  return (call: { request: object }, reply: Parameters<typeof run>[1]) => run(call.request, reply);
}
