import { type Service, topicOf } from '../../../infra/local/topology.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { TestStack } from '../../support/stack.ts';
import { PAGE_SIZE, parent } from './parents.ts';
import { push } from './push.ts';

export interface FirstEvent {
  name: string;
  service: Service;
  event: () => object;
}

/**
 * A real first event for each service: a chunk of one new parent, which is planned and published; a page that is complete
 * already, where the list ended, so that an instance that has not done it yet asks for the announcement, and one
 * within a list, after which nothing is published; an account that has been observed already.
 */
export async function firstEvents(on: TestStack): Promise<FirstEvent[]> {
  const dispatchedAt = new Date(systemClock.now()).toISOString();
  const job = { name: 'bench' };
  const someone = parent(1, PAGE_SIZE);
  const dispatch = { runId: 'startup', dispatchId: 'startup', dispatchedAt, job };
  const page = { ...dispatch, parent: someone, pageNumber: 1, totalPages: 1, pageSize: PAGE_SIZE };
  const withinList = { ...page, dispatchId: 'startup/2', parent: parent(2, 2 * PAGE_SIZE), totalPages: 2 };
  const { username } = someone;
  const lookup = { ...dispatch, role: 'grandparent', username, fields: ['id'], reason: 'bench' };
  for (const complete of [page, withinList]) await handleOnce(on, 'getpage', complete);
  await handleOnce(on, 'getmetadata', lookup);
  let run = 0;
  const chunk = () => ({
    job,
    parents: [someone],
    pageSize: PAGE_SIZE,
    runId: `startup-${run++}`,
    dispatchedAt,
    chunk: { index: 0, of: 1 },
  });
  return [
    { name: 'pagedispatch', service: 'pagedispatch', event: chunk },
    { name: 'getpage', service: 'getpage', event: () => page },
    { name: 'getpageWithinList', service: 'getpage', event: () => withinList },
    { name: 'getmetadata', service: 'getmetadata', event: () => lookup },
  ];
}

async function handleOnce(on: TestStack, service: Service, message: object): Promise<void> {
  const port = on.stack.processes.find(({ name }) => name === service)?.port ?? 0;
  await push(port, topicOf(on.stack.config, service), message);
}
