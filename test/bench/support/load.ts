import { join } from 'node:path';
import { readBacklog } from '../../../infra/local/pubsub/store.ts';
import { systemClock } from '../../../shared/clock.ts';
import { startTestStack, type TestStack } from '../../support/stack.ts';
import { type BenchParent, PAGE_SIZE, pagesOf } from './parents.ts';

/** More than any bench asks for: X as if it had no limit. */
const NO_LIMIT = { limit: 1_000_000, windowMs: 900_000 };

const UNTHROTTLED = { X_CALLS_PER_WINDOW: String(NO_LIMIT.limit) };

export async function setLatency(on: TestStack, latencyMs: number): Promise<void> {
  await on.sim('limits', { ...NO_LIMIT, latencyMs });
}

/** Runs `work` on a stack of its own with an X that has no limits. */
export async function onStack<T>(
  options: Parameters<typeof startTestStack>[0],
  work: (on: TestStack) => Promise<T>,
): Promise<T> {
  const settings = { ...UNTHROTTLED, ...options?.settings };
  const on = await startTestStack({ ...options, settings });
  const broken = on.stack.broken.then((name) => {
    throw new Error(`${name} ended in the middle of a bench`);
  });
  try {
    await setLatency(on, 0);
    return await Promise.race([work(on), broken]);
  } finally {
    broken.catch(() => undefined);
    await on.stop();
  }
}

/** Publishes one request for the parents, with their metadata; returns the run's id. */
export async function dispatch(on: TestStack, parents: BenchParent[], pageSize = PAGE_SIZE): Promise<string> {
  const runId = `bench-${systemClock.now()}`;
  const request = { job: { name: 'bench' }, parents, pageSize, runId };
  const dispatchedAt = new Date(systemClock.now()).toISOString();
  await on.bus.publish(on.stack.config.TOPIC_PAGEDISPATCH, { ...request, dispatchedAt });
  return runId;
}

/**
 * Fetches all pages of the parents and returns the pages per second, from the publishing of the request to the
 * acknowledgement of the last page. Throws where a page is missing or stored twice.
 */
export async function pagesPerSecond(
  on: TestStack,
  parents: BenchParent[],
  pageSize = PAGE_SIZE,
): Promise<number> {
  const startMs = performance.now();
  const runId = await dispatch(on, parents, pageSize);
  await drained(on);
  const seconds = (performance.now() - startMs) / 1000;
  const pages = pagesOf(parents, pageSize);
  await assertStored(on, runId, pages);
  return pages / seconds;
}

const LOOK_EVERY_MS = 50;

/** Resolves when no message is left unacknowledged: those that follow from one are published before it is. */
export async function drained(on: TestStack, subscriptions = /push$/): Promise<void> {
  while (undelivered(on, subscriptions) > 0) await systemClock.sleep(LOOK_EVERY_MS);
}

/** Messages that are not acknowledged. Read from the broker's file, which costs the stack nothing. */
export function undelivered(on: TestStack, subscriptions: RegExp): number {
  return readBacklog(join(on.dir, 'pubsub.sqlite'))
    .filter(({ subscription }) => subscriptions.test(subscription))
    .reduce((sum, backlog) => sum + backlog.undelivered, 0);
}

export async function assertStored(on: TestStack, runId: string, pages: number): Promise<void> {
  const [row] =
    await on.select(`SELECT COUNT(*) AS stored, COUNT(DISTINCT CONCAT(dispatch_id, '/', page_number)) AS pages
    FROM completed_scrapes WHERE run_id = '${runId}' AND outcome = 'scraped'`);
  if (Number(row?.stored) !== pages || Number(row?.pages) !== pages)
    throw new Error(`${pages} pages were to be stored once each, but there are ${JSON.stringify(row)}`);
}
