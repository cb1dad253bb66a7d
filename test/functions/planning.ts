import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type PageDispatchPorts, pageDispatch } from '../../functions/pagedispatch/handler.ts';
import { startPubSub } from '../../infra/local/pubsub/server.ts';
import { createTopics } from '../../infra/local/topology.ts';
import { startX } from '../../infra/local/x/server.ts';
import { type DeclaredAccount, declare } from '../../infra/local/x/world.ts';
import { createBus } from '../../shared/bus.ts';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { readConfig } from '../../shared/config.ts';
import { createLog } from '../../shared/log.ts';
import type { DispatchRequest } from '../../shared/messages/dispatch-request.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { createSerial } from '../../shared/serial.ts';
import { createAccountMetadata } from '../../shared/warehouse/account-metadata.ts';
import { createCompletedScrapes } from '../../shared/warehouse/completed-scrapes.ts';
import { createDispatches } from '../../shared/warehouse/dispatches.ts';
import { createRejectedMessages } from '../../shared/warehouse/rejected-messages.ts';
import { createX } from '../../shared/x/client.ts';
import { createGate } from '../../shared/x/gate.ts';
import { startWarehouse } from '../support/warehouse.ts';

/** What a chunk says, and the message that brings it. */
export type Delivered = Omit<DispatchRequest, 'parents'> & { parents: unknown[]; messageId: string };

/** Every look takes a millisecond, so that no two things happen at once; days pass when a test says so. */
class SteppedClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 15, 9);
  now = () => this.#nowMs++;
  sleep = systemClock.sleep;
  pass(ms: number): void {
    this.#nowMs += ms;
  }
}

/** pagedispatch over the real clients and the three stand-ins, all in this process, at a time of our choosing. */
export async function startPlanning(accounts: DeclaredAccount[] = []) {
  const clock = new SteppedClock();
  const dir = await mkdtemp(join(tmpdir(), 'dodo-planning-'));
  const file = join(dir, 'pubsub.sqlite');
  const [warehouse, x, broker] = await Promise.all([
    startWarehouse(),
    startX({
      clock,
      limits: { limit: 1_000_000 },
      world: declare({ seed: 1, day: 0, accounts: [] }, accounts),
    }),
    startPubSub({ file }),
  ]);
  const endpoints = {
    X_API_BASE_URL: x.url,
    PUBSUB_EMULATOR_HOST: `127.0.0.1:${broker.port}`,
    LOG_LEVEL: 'error',
  };
  const common = readConfig(endpoints);
  const pubsub = createPubSub(common);
  await createTopics(pubsub, common);
  // Without an endpoint it keeps all pages that are asked for.
  await pubsub.topic(common.TOPIC_GETPAGE).createSubscription('pages');
  const bus = createBus(async () => pubsub, clock, common.PUBSUB_DEADLINE_MS);
  const context = { ...warehouse.context, clock };
  const scrapes = createCompletedScrapes(context);
  const store = new DatabaseSync(file, { readOnly: true });
  let seen = 0;

  /**
   * An instance with these settings; it answers to deliveries as the function does. `instead`: ports that do
   * otherwise than the real ones.
   */
  function instance(
    settings: Record<string, string>,
    instead: (ports: PageDispatchPorts) => Partial<PageDispatchPorts> = () => ({}),
  ) {
    const real: PageDispatchPorts = {
      ...{ bus, scrapes, clock, log: createLog('pagedispatch', 'error'), oneAtATime: createSerial() },
      dispatches: createDispatches(context),
      metadata: createAccountMetadata(context),
      rejected: createRejectedMessages(context),
      x: createX({ baseUrl: x.url, bearerToken: 'test', deadlineMs: 30_000, clock }),
      gate: createGate({ endpoint: 'users-by-username', clock, assumedLimit: 1_000_000 }),
      config: readConfig({ ...endpoints, ...settings }),
    };
    const ports = { ...real, ...instead(real) };
    return ({ messageId, ...request }: Delivered) => {
      const data = Buffer.from(JSON.stringify(request)).toString('base64');
      const publishTime = new Date(clock.now()).toISOString();
      return pageDispatch({ data: { message: { messageId, publishTime, data } } }, ports);
    };
  }

  /** The pages that were asked for since the last look. */
  function pages(): PageRequest[] {
    const rows = store.prepare('SELECT seq, message FROM messages WHERE seq > ? ORDER BY seq').all(seen);
    seen = Number(rows.at(-1)?.seq ?? seen);
    return rows.map(({ message }) =>
      JSON.parse(Buffer.from(JSON.parse(String(message)).data, 'base64').toString()),
    );
  }

  async function close(): Promise<void> {
    store.close();
    await pubsub.close();
    broker.close();
    await Promise.all([warehouse.close(), x.close()]);
    await rm(dir, { recursive: true });
  }

  return {
    clock,
    instance,
    pages,
    scrapes,
    select: warehouse.select,
    lookUps: () => x.simulator.calls,
    close,
  };
}

export type Planning = Awaited<ReturnType<typeof startPlanning>>;
