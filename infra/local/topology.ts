import type { PubSub } from '@google-cloud/pubsub';
import type { Config } from '../../shared/config.ts';

export const SERVICES = ['pagedispatch', 'getpage', 'getmetadata'] as const;
export type Service = (typeof SERVICES)[number];

interface Backoff {
  minimumSeconds: number;
  maximumSeconds: number;
}

/** Shorter than in the cloud (infra/terraform: 10 s to 600 s), so that a rehearsal does not wait for minutes. */
export const LOCAL_BACKOFF: Backoff = { minimumSeconds: 0.25, maximumSeconds: 10 };

const ORDERED: Record<Service, boolean> = { pagedispatch: true, getpage: true, getmetadata: false };

export function topicOf(config: Config, service: Service): string {
  return {
    pagedispatch: config.TOPIC_PAGEDISPATCH,
    getpage: config.TOPIC_GETPAGE,
    getmetadata: config.TOPIC_GETMETADATA,
  }[service];
}

export async function createTopics(pubsub: PubSub, config: Config): Promise<void> {
  for (const service of SERVICES) await unlessThere(() => pubsub.createTopic(topicOf(config, service)));
}

/** One push subscription per topic, as infra/terraform makes them. `url`: where the function of it answers. */
export async function subscribe(
  pubsub: PubSub,
  config: Config,
  service: Service,
  url: string,
  backoff: Backoff = LOCAL_BACKOFF,
): Promise<void> {
  const topic = topicOf(config, service);
  // The path names the topic: functions-framework takes the event's source from it.
  const pushEndpoint = `${url}/projects/${config.GOOGLE_CLOUD_PROJECT}/topics/${topic}`;
  await unlessThere(() =>
    pubsub.topic(topic).createSubscription(`${topic}-push`, {
      pushConfig: { pushEndpoint },
      ackDeadlineSeconds: 600,
      enableMessageOrdering: ORDERED[service],
      retryPolicy: {
        minimumBackoff: duration(backoff.minimumSeconds),
        maximumBackoff: duration(backoff.maximumSeconds),
      },
      messageRetentionDuration: { seconds: 31 * 86_400 },
      expirationPolicy: { ttl: null },
    }),
  );
  await pubsub.subscription(`${topic}-push`).modifyPushConfig({ pushEndpoint });
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
