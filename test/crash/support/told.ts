import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect } from 'vitest';
import type { Announcement } from '../../../shared/messages/announcement.ts';
import { createPubSub } from '../../../shared/pubsub-client.ts';
import type { TestStack } from '../../support/stack.ts';

/** Whoever reads the topic for others. */
export interface Told {
  of(runId: string): Announcement[];
  close(): Promise<void>;
}

export async function subscribe(on: TestStack): Promise<Told> {
  const told: Announcement[] = [];
  const server = createServer(async (request, response) => {
    const { message } = (await json(request)) as { message: { data: string } };
    told.push(JSON.parse(Buffer.from(message.data, 'base64').toString()));
    response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const pushEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pubsub = createPubSub(on.stack.config);
  await pubsub
    .topic(on.stack.config.TOPIC_CHANGES)
    .createSubscription('told', { pushConfig: { pushEndpoint }, enableMessageOrdering: true });
  return {
    of: (runId) => told.filter((announcement) => announcement.runId === runId),
    async close() {
      await pubsub.close();
      server.close();
    },
  };
}

/** At least once, and always the same. */
export function allAreTold(told: Announcement[], parents: string[], as: Partial<Announcement>): void {
  for (const announcement of told) expect(announcement).toMatchObject(as);
  expect([...new Set(told.map(({ parent }) => parent.username))].sort()).toEqual([...parents].sort());
}
