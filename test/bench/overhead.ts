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
/** Nobody listens: what follows from a page is published, and goes no further. */
const TOPIC = 'bench-getpage';

export const overhead: Bench = {
  name: 'overhead',
  what: `time per page outside X, ${PAGES} pages of 100 friends of parents of 1 to 5 pages, one at a time`,
  run: (context) =>
    onStack({}, async (on) => {
      await createTopic(on);
      const source = join(import.meta.dirname, 'support', 'timed-getpage.ts');
      const env = { TOPIC_GETPAGE: TOPIC, TOPIC_PAGEDISPATCH: TOPIC };
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

/**
 * Parents of 1 to 5 pages, as in `endtoend`, one after the other, page by page; each planned one page too short, so
 * that the page before its last one asks the planner for more. Returns the ms from push to acknowledgement.
 */
async function pushOneByOne(port: number, pages: number): Promise<number[]> {
  const took: number[] = [];
  const common = { runId: 'bench', job: { name: 'bench' }, dispatchedAt: new Date().toISOString() };
  for (let number = 0; took.length < pages; number++) {
    const length = (number % 5) + 1;
    const plan = { totalPages: Math.max(1, length - 1), pageSize: PAGE_SIZE };
    const ids = { dispatchId: `bench/${number}`, parent: parent(number, length * PAGE_SIZE) };
    for (let pageNumber = 1; pageNumber <= length && took.length < pages; pageNumber++) {
      const startMs = performance.now();
      await push(port, TOPIC, { ...common, ...ids, ...plan, pageNumber });
      took.push(performance.now() - startMs);
    }
  }
  return took;
}

function figuresOf(took: number[], parts: Parts[]): Figures {
  if (parts.length !== took.length) throw new Error(`${parts.length} pages were timed of ${took.length}`);
  const outside = took.map((ms, page) => ms - (parts[page]?.x ?? 0));
  // Of those pages that have the part: not each asks, and not each publishes.
  const p50Of = (ms: (part: Parts, page: number) => number) =>
    rounded(median(parts.map(ms).filter((each) => each > 0)));
  const asked = outside.filter((_, page) => (parts[page]?.lookup ?? 0) > 0);
  const framework = (part: Parts, page: number) => (took[page] ?? 0) - part.handler;
  const rest = ({ handler, decode, lookup, x, append, publish }: Parts) =>
    handler - decode - lookup - x - append - publish;
  return {
    ...p50p99(outside),
    firstPageP50Ms: rounded(median(asked)),
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
