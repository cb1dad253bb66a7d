import { join } from 'node:path';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { logLines } from '../support/log-lines.ts';
import type { TestStack } from '../support/stack.ts';
import { type Bench, type Figures, scaled } from './bench.ts';
import { startFunction } from './support/function-process.ts';
import { onStack } from './support/load.ts';
import { PAGE_SIZE, parent } from './support/parents.ts';
import { push } from './support/push.ts';
import { median, p50p99, rounded } from './support/statistics.ts';
import type { Parts } from './support/timed-getpage.ts';

const PAGES = 500;
const WARM_UP = 50;
/** Nobody listens: the next page is published, and goes no further. */
const TOPIC = 'bench-getpage';

export const overhead: Bench = {
  name: 'overhead',
  what: `time per page outside X, ${PAGES} pages of 100 friends, one at a time; each publishes a next page`,
  run: (context) =>
    onStack({}, async (on) => {
      await createTopic(on);
      const source = join(import.meta.dirname, 'support', 'timed-getpage.ts');
      const env = { TOPIC_GETPAGE: TOPIC };
      const getpage = await startFunction(on, { name: 'timed-getpage', target: 'getpage', source, env });
      try {
        const pages = scaled(context, PAGES, 30);
        context.say(`overhead: ${pages} pages`);
        const took = await pushOneByOne(getpage.port, WARM_UP + pages);
        const lines = (await logLines(on, 'timed-getpage')).filter((line) => 'parts' in line);
        const parts = lines.map((line) => line.parts as Parts);
        return figuresOf(took.slice(WARM_UP), parts.slice(WARM_UP));
      } finally {
        await getpage.stop();
      }
    }),
};

async function createTopic(on: TestStack): Promise<void> {
  const pubsub = createPubSub(on.stack.config);
  await pubsub.createTopic(TOPIC);
  await pubsub.close();
}

/** Page 1 of 2 of one parent after the other, planned as one page. Returns the ms from push to acknowledgement. */
async function pushOneByOne(port: number, pages: number): Promise<number[]> {
  const took: number[] = [];
  const common = { runId: 'bench', job: { name: 'bench' }, dispatchedAt: new Date().toISOString() };
  const place = { pageNumber: 1, totalPages: 1, pageSize: PAGE_SIZE };
  for (let number = 0; number < pages; number++) {
    const request = {
      ...common,
      ...place,
      dispatchId: `bench/${number}`,
      parent: parent(number, 2 * PAGE_SIZE),
    };
    const startMs = performance.now();
    await push(port, TOPIC, request);
    took.push(performance.now() - startMs);
  }
  return took;
}

function figuresOf(took: number[], parts: Parts[]): Figures {
  if (parts.length !== took.length) throw new Error(`${parts.length} pages were timed of ${took.length}`);
  const outside = took.map((ms, page) => ms - (parts[page]?.x ?? 0));
  const p50Of = (ms: (part: Parts, page: number) => number) => rounded(median(parts.map(ms)));
  const framework = (part: Parts, page: number) => (took[page] ?? 0) - part.handler;
  const rest = ({ handler, decode, lookup, x, append, publish }: Parts) =>
    handler - decode - lookup - x - append - publish;
  return {
    ...p50p99(outside),
    parts: {
      decodeMs: p50Of(({ decode }) => decode),
      lookupMs: p50Of(({ lookup }) => lookup),
      appendMs: p50Of(({ append }) => append),
      publishMs: p50Of(({ publish }) => publish),
      frameworkMs: p50Of(framework),
      restMs: p50Of(rest),
    },
  };
}
