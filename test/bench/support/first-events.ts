import { type Service, topicOf } from '../../../infra/local/topology.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { TestStack } from '../../support/stack.ts';
import { PAGE_SIZE, parent } from './parents.ts';
import { push } from './push.ts';

/**
 * A real first event for each service: a page that is complete already, a chunk of one new parent, which is planned
 * and published, and an account that has been observed already.
 */
export async function firstEvents(on: TestStack): Promise<Record<Service, () => object>> {
  const dispatchedAt = new Date(systemClock.now()).toISOString();
  const job = { name: 'bench' };
  const someone = parent(1, PAGE_SIZE);
  const dispatch = { runId: 'startup', dispatchId: 'startup', dispatchedAt, job };
  const page = { ...dispatch, parent: someone, pageNumber: 1, totalPages: 1, pageSize: PAGE_SIZE };
  const { username } = someone;
  const lookup = { ...dispatch, role: 'grandparent', username, fields: ['id'], reason: 'bench' };
  await handleOnce(on, 'getpage', page);
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
  return { pagedispatch: chunk, getpage: () => page, getmetadata: () => lookup };
}

async function handleOnce(on: TestStack, service: Service, message: object): Promise<void> {
  const port = on.stack.processes.find(({ name }) => name === service)?.port ?? 0;
  await push(port, topicOf(on.stack.config, service), message);
}
