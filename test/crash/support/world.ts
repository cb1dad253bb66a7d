import { join } from 'node:path';
import { readBacklog } from '../../../infra/local/pubsub/store.ts';
import type { DeclaredAccount } from '../../../infra/local/x/world.ts';
import { dispatchRun, truthOf, withMetadata } from '../../support/runs.ts';
import type { TestStack } from '../../support/stack.ts';
import { until } from '../../support/until.ts';

export const PAGE_SIZE = 100;

/** Small lists, on which a run comes by every named point of every service. */
const ACCOUNTS: DeclaredAccount[] = [
  // Three pages are planned, and the list goes on: the fourth is published by getpage.
  { username: 'goes_on', friends: 350, saysCount: 250 },
  // Given by name only: X is asked about it.
  { username: 'looked_up', friends: 150 },
  { username: 'follows_nobody', friends: 0 },
  { username: 'grandparent', friends: 3 },
];

/** Pages of each parent; page 1 of an empty list says that it is empty. */
export const PAGES: Record<string, number> = { goes_on: 4, looked_up: 2, follows_nobody: 1 };
const TOPICS = ['pagedispatch', 'getpage', 'getmetadata'];

export async function populate(on: TestStack): Promise<void> {
  await on.sim('accounts', ACCOUNTS);
  // Many runs follow each other in one window, and none of them is about waiting.
  await on.sim('limits', { limit: 100_000 });
  // Nobody is lost but by what a test does.
  await on.sim('losses', { lost: 0, back: 0 });
}

/** A request for all three parents. Of the malformed grandparent only the id can be read. */
export async function publishRun(on: TestStack, runId: string): Promise<void> {
  const parents = [await withMetadata(on, 'goes_on'), 'looked_up', await withMetadata(on, 'follows_nobody')];
  const { id } = await truthOf(on, 'grandparent');
  const grandparent = { id, username: 'no username!' };
  await dispatchRun(on, runId, parents, { pageSize: PAGE_SIZE, grandparent });
}

/** One message to each topic that no service can use; returns their ids. */
export const publishUnusable = (on: TestStack): Promise<string[]> =>
  Promise.all(TOPICS.map((topic) => on.bus.publish(topic, { is: 'no request' })));

/** Waits until Pub/Sub has nothing left to deliver. */
export async function drained(on: TestStack): Promise<void> {
  await until('every message is acknowledged', async () =>
    readBacklog(join(on.dir, 'pubsub.sqlite')).every(({ undelivered }) => undelivered === 0),
  );
}
