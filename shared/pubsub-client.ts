import { PubSub } from '@google-cloud/pubsub';
import type { Config } from './config.ts';

/** The real client, on the real service or on a stand-in. It is large: whoever may need it imports this late. */
export function createPubSub(config: Pick<Config, 'GOOGLE_CLOUD_PROJECT' | 'PUBSUB_EMULATOR_HOST'>): PubSub {
  const standIn = config.PUBSUB_EMULATOR_HOST;
  return new PubSub({
    projectId: config.GOOGLE_CLOUD_PROJECT,
    ...(standIn !== '' && { apiEndpoint: standIn }),
  });
}
