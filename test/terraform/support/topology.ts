import type { PubSub } from '@google-cloud/pubsub';
import { SERVICES, type Service, subscribe } from '../../../infra/local/topology.ts';
import { readConfig } from '../../../shared/config.ts';

interface LocalSubscription {
  topic: string;
  name: string;
  ackDeadlineSeconds: number;
  enableMessageOrdering: boolean;
  messageRetentionDuration: { seconds: number };
  pushConfig: { pushEndpoint: string };
}

/** The subscriptions as the local stack asks Pub/Sub for them. */
export async function localSubscriptions(): Promise<Record<Service, LocalSubscription>> {
  const made: LocalSubscription[] = [];
  const recorder = {
    topic: (topic: string) => ({
      createSubscription: async (name: string, options: Omit<LocalSubscription, 'topic' | 'name'>) => {
        made.push({ topic, name, ...options });
      },
    }),
    subscription: () => ({ modifyPushConfig: async () => {} }),
  } as unknown as PubSub;
  const config = readConfig({ GOOGLE_CLOUD_PROJECT: 'test-project' });
  for (const service of SERVICES) await subscribe(recorder, config, service, 'https://service.example');
  return Object.fromEntries(SERVICES.map((service, index) => [service, made[index]])) as Record<
    Service,
    LocalSubscription
  >;
}
