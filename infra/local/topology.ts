import type { PubSub } from '@google-cloud/pubsub';
import type { Config } from '../../shared/config.ts';
import limits from '../../shared/time-limits.json' with { type: 'json' };
import services from '../services.json' with { type: 'json' };

/** What each service is stands in infra/services.json, which Terraform reads too. */
export type Service = keyof typeof services;
export const SERVICES = Object.keys(services) as Service[];

interface Backoff {
  minimumSeconds: number;
  maximumSeconds: number;
}

/** Shorter than in the cloud (infra/terraform: 10 s to 600 s), so that a rehearsal does not wait for minutes. */
export const LOCAL_BACKOFF: Backoff = { minimumSeconds: 0.25, maximumSeconds: 10 };

export const topicOf = (config: Config, service: Service): string =>
  config[`TOPIC_${service.toUpperCase() as Uppercase<Service>}`];

/** Those of the services, and that for others. */
export async function createTopics(pubsub: PubSub, config: Config): Promise<void> {
  const topics = [...SERVICES.map((service) => topicOf(config, service)), config.TOPIC_CHANGES];
  for (const topic of topics) await unlessThere(() => pubsub.createTopic(topic));
}

/** The most that Google's own emulator takes; the cloud takes 31. */
const EMULATOR_RETENTION_DAYS = 7;

/**
 * One push subscription per topic, as infra/terraform makes them. `url`: where the function of it answers. Resolves to
 * the days for which messages are kept: fewer than asked for, where an emulator refuses as many.
 */
export async function subscribe(
  pubsub: PubSub,
  config: Config,
  service: Service,
  url: string,
  backoff: Backoff = LOCAL_BACKOFF,
): Promise<number> {
  const topic = topicOf(config, service);
  // The path names the topic: functions-framework takes the event's source from it.
  const pushEndpoint = `${url}/projects/${config.GOOGLE_CLOUD_PROJECT}/topics/${topic}`;
  const create = (days: number) =>
    unlessThere(() =>
      pubsub.topic(topic).createSubscription(`${topic}-push`, {
        pushConfig: { pushEndpoint },
        ackDeadlineSeconds: limits.ackDeadlineSeconds,
        enableMessageOrdering: services[service].ordered,
        retryPolicy: {
          minimumBackoff: duration(backoff.minimumSeconds),
          maximumBackoff: duration(backoff.maximumSeconds),
        },
        messageRetentionDuration: duration(days * 86_400),
        expirationPolicy: { ttl: null },
      }),
    );
  await create(config.RETENTION_DAYS).catch((error: Error) => {
    if (!/message_retention_duration/.test(error.message)) throw error;
    return create(Math.min(EMULATOR_RETENTION_DAYS, config.RETENTION_DAYS));
  });
  const subscription = pubsub.subscription(`${topic}-push`);
  await subscription.modifyPushConfig({ pushEndpoint });
  const [{ messageRetentionDuration }] = await subscription.getMetadata();
  return Number((messageRetentionDuration as { seconds: string }).seconds) / 86_400;
}

/** The memory of a service's instance, in MiB. */
export function memoryMiB(service: Service): number {
  const [, amount, unit] = /^(\d+)(Mi|Gi)$/.exec(services[service].memory) ?? [];
  return Number(amount) * (unit === 'Gi' ? 1024 : 1);
}

const duration = (seconds: number) => ({
  seconds: Math.floor(seconds),
  nanos: Math.round((seconds % 1) * 1e9),
});

const ALREADY_EXISTS = 6; // https://grpc.io/docs/guides/status-codes/

async function unlessThere(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if ((error as { code?: number }).code !== ALREADY_EXISTS) throw error;
  }
}
