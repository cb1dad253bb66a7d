import { PubSub } from '@google-cloud/pubsub';
import { PassThroughClient } from 'google-auth-library';
import type { Config } from './config.ts';

/**
 * The real client, on the real service or on a stand-in, which gets no credentials and for which no metadata
 * server is looked for. It is large: whoever may need it imports this late.
 */
export function createPubSub(config: Pick<Config, 'GOOGLE_CLOUD_PROJECT' | 'PUBSUB_EMULATOR_HOST'>): PubSub {
  const projectId = config.GOOGLE_CLOUD_PROJECT;
  const standIn = config.PUBSUB_EMULATOR_HOST;
  if (standIn === '') return new PubSub({ projectId });
  return new PubSub({ projectId, apiEndpoint: standIn, authClient: new PassThroughClient() });
}
