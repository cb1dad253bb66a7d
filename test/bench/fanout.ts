import { createPubSub } from '../../shared/pubsub-client.ts';
import type { TestStack } from '../support/stack.ts';
import { type Bench, scaled } from './bench.ts';
import { dispatch, drained, onStack, undelivered } from './support/load.ts';
import { type BenchParent, pagesOf, parentsOf } from './support/parents.ts';
import { recordingMs } from './support/recording.ts';
import { rounded } from './support/statistics.ts';

const PARENTS = 10_000;

export const fanout: Bench = {
  name: 'fanout',
  what: `${PARENTS} parents with metadata, of 1 to 5 pages, through pagedispatch`,
  run: (context) =>
    onStack({}, async (on) => {
      await holdPagesBack(on);
      // Once before the measurement: what a process does once belongs to `startup`.
      const [before] = [parentsOf(100), await planAndPublish(on, parentsOf(100), 0)];
      const parents = parentsOf(scaled(context, PARENTS, 200));
      context.say(`fanout: ${parents.length} parents, ${pagesOf(parents)} pages`);
      const seconds = await planAndPublish(on, parents, pagesOf(before));
      return {
        dispatchesPerSecond: rounded(parents.length / seconds),
        messagesPerSecond: rounded(pagesOf(parents) / seconds),
        planOf100Ms: await recordingMs(on, parentsOf(100)),
      };
    }),
};

/** Without an endpoint the messages wait: what is measured is the planning and the publishing alone. */
async function holdPagesBack(on: TestStack): Promise<void> {
  const pubsub = createPubSub(on.stack.config);
  await pubsub.subscription('getpage-push').modifyPushConfig({});
  await pubsub.close();
}

/** In seconds, from the publishing of the request to the acknowledgement of its last chunk. */
async function planAndPublish(on: TestStack, parents: BenchParent[], held: number): Promise<number> {
  const startMs = performance.now();
  await dispatch(on, parents);
  await drained(on, /pagedispatch-push$/);
  const seconds = (performance.now() - startMs) / 1000;
  const messages = undelivered(on, /getpage-push$/) - held;
  if (messages !== pagesOf(parents))
    throw new Error(`${pagesOf(parents)} pages were to be published, not ${messages}`);
  return seconds;
}
