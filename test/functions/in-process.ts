import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createGetMetadata } from '../../functions/getmetadata/index.ts';
import { createGetPage } from '../../functions/getpage/index.ts';
import { createPageDispatch } from '../../functions/pagedispatch/index.ts';
import { type Wiring, wiringOf } from '../../functions/wiring.ts';
import type { Lag } from '../../infra/local/bigquery/lag.ts';
import { startPubSub } from '../../infra/local/pubsub/server.ts';
import { createTopics } from '../../infra/local/topology.ts';
import { startX } from '../../infra/local/x/server.ts';
import { type DeclaredAccount, declare } from '../../infra/local/x/world.ts';
import { createBus } from '../../shared/bus.ts';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { readConfig } from '../../shared/config.ts';
import type { Announcement } from '../../shared/messages/announcement.ts';
import type { AnnouncementRequest } from '../../shared/messages/announcement-request.ts';
import type { DispatchRequest } from '../../shared/messages/dispatch-request.ts';
import type { MetadataRequest } from '../../shared/messages/metadata-request.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { createCompletedScrapes } from '../../shared/warehouse/completed-scrapes.ts';
import { startWarehouse } from '../support/warehouse.ts';

/** What a message says, its id, and when it was published: where nothing else is said, when its id came first. */
export type Delivered = Record<string, unknown> & {
  messageId: string;
  publishTime?: string;
  attributes?: Record<string, string>;
};

/** Every look takes a millisecond, so that no two things happen at once; days pass when a test says so. */
class SteppedClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 15, 9);
  now = () => this.#nowMs++;
  sleep = systemClock.sleep;
  pass(ms: number): void {
    this.#nowMs += ms;
  }
}

const SERVICES = { pagedispatch: createPageDispatch, getpage: createGetPage, getmetadata: createGetMetadata };

/**
 * The services over the real clients and the three stand-ins, all in this process, at a time of our choosing. `lag`: how
 * late BigQuery is.
 */
export async function startInProcess(accounts: DeclaredAccount[] = [], { lag }: { lag?: Lag } = {}) {
  const clock = new SteppedClock();
  const dir = await mkdtemp(join(tmpdir(), 'dodo-in-process-'));
  const file = join(dir, 'pubsub.sqlite');
  const [warehouse, x, broker] = await Promise.all([
    startWarehouse(lag && { clock, lag }),
    startX({
      clock,
      limits: { limit: 1_000_000 },
      world: declare({ seed: 1, day: 0, accounts: [] }, accounts),
    }),
    startPubSub({ file }),
  ]);
  const endpoints = {
    GOOGLE_CLOUD_PROJECT: warehouse.bigquery.projectId,
    BIGQUERY_EMULATOR_HOST: warehouse.bigquery.apiEndpoint,
    X_API_BASE_URL: x.url,
    X_BEARER_TOKEN: 'test',
    X_CALLS_PER_WINDOW: '1000000',
    PUBSUB_EMULATOR_HOST: `127.0.0.1:${broker.port}`,
    LOG_LEVEL: 'error',
  };
  const common = readConfig(endpoints);
  const pubsub = createPubSub(common);
  await createTopics(pubsub, common);
  // Without an endpoint they keep all that is published.
  await pubsub.topic(common.TOPIC_GETPAGE).createSubscription('pages');
  await pubsub.topic(common.TOPIC_PAGEDISPATCH).createSubscription('requests');
  await pubsub.topic(common.TOPIC_GETMETADATA).createSubscription('questions');
  await pubsub.topic(common.TOPIC_CHANGES).createSubscription('announcements');
  const bus = createBus(async () => pubsub, clock, common.PUBSUB_DEADLINE_MS);
  const store = new DatabaseSync(file, { readOnly: true });
  const seen = { pages: 0, ends: 0, requests: 0, questions: 0, announcements: 0 };
  const times = new Map<string, string>();

  /** An instance with these settings; it answers to deliveries. `instead`: what it is connected to otherwise. */
  function instance(
    service: keyof typeof SERVICES,
    settings: Record<string, string> = {},
    instead: (wiring: Wiring) => Partial<Wiring> = () => ({}),
  ) {
    const config = readConfig({ ...endpoints, ...settings });
    const wiring = { ...wiringOf(service, config, clock), bus };
    const handle = SERVICES[service](config, { ...wiring, ...instead(wiring) });
    return async ({ messageId, publishTime: at, attributes, ...request }: Delivered): Promise<string> => {
      const data = Buffer.from(JSON.stringify(request)).toString('base64');
      const publishTime = at ?? publishedAt(messageId);
      return (await handle)({ data: { message: { messageId, publishTime, data, attributes } } });
    };
  }

  /** A message that comes again has the time at which it came first. */
  function publishedAt(messageId: string): string {
    const at = times.get(messageId) ?? new Date(clock.now()).toISOString();
    times.set(messageId, at);
    return at;
  }

  /** What was published since the last look. */
  function published<M>(to: keyof typeof seen, subscription: string = to): M[] {
    const rows = store
      .prepare(
        'SELECT seq, message FROM messages JOIN subscriptions s ON s.id = subscription WHERE name LIKE ? AND seq > ? ORDER BY seq',
      )
      .all(`%/${subscription}`, seen[to]);
    seen[to] = Number(rows.at(-1)?.seq ?? seen[to]);
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
    /** The pages that were asked for since the last look. */
    pages: () => published<PageRequest>('pages').filter((message) => 'pageNumber' in message),
    /** Whose end is to be announced, as it was said since the last look. */
    ends: () => published<AnnouncementRequest>('ends', 'pages').filter((message) => 'dispatches' in message),
    /** What others were told since the last look. */
    announcements: () => published<Announcement>('announcements'),
    /** What the planner was asked for since the last look. */
    requests: () => published<DispatchRequest>('requests'),
    /** What X is to be asked of accounts since the last look. */
    questions: () => published<MetadataRequest>('questions'),
    simulator: x.simulator,
    scrapes: createCompletedScrapes({ ...warehouse.context, clock }),
    select: warehouse.select,
    append: (table: string, row: object) =>
      warehouse.bigquery.dataset(common.BIGQUERY_DATASET).table(table).insert([row]),
    close,
  };
}

export type InProcess = Awaited<ReturnType<typeof startInProcess>>;
