import type { TestStack } from '../support/stack.ts';
import { type Bench, type BenchContext, scaled } from './bench.ts';
import { onStack, pagesPerSecond, setLatency } from './support/load.ts';
import { createOldWay } from './support/old-way.ts';
import { type BenchParent, pagesOf, parentsOf } from './support/parents.ts';
import { rounded } from './support/statistics.ts';

const PARENTS = 1000;
/** The old way takes ten minutes and more for all of them; its speed does not change on the way. */
const OLD_WAY_PARENTS = 50;

export const endtoend: Bench = {
  name: 'endtoend',
  what: `pages stored per second, ${PARENTS} parents of 1 to 5 pages of 100 friends, against the old way`,
  run: (context) =>
    onStack({}, async (on) => ({
      latency0: await compare(context, on, 0),
      latency200: await compare(context, on, 200),
    })),
};

async function compare(context: BenchContext, on: TestStack, latencyMs: number) {
  const parents = parentsOf(scaled(context, PARENTS, 20));
  context.say(`endtoend: ${pagesOf(parents)} pages, X takes ${latencyMs} ms`);
  await setLatency(on, latencyMs);
  // Both warm: what a process does once belongs to `startup`.
  await pagesPerSecond(on, parentsOf(20));
  const dodo = await pagesPerSecond(on, parents);
  const oldWay = await oldWaysPagesPerSecond(on, parents.slice(0, scaled(context, OLD_WAY_PARENTS, 10)));
  return {
    pagesPerSecond: rounded(dodo),
    serialPagesPerSecond: rounded(oldWay),
    ratio: rounded(dodo / oldWay),
  };
}

async function oldWaysPagesPerSecond(on: TestStack, parents: BenchParent[]): Promise<number> {
  const scrape = createOldWay(on.stack.config);
  for (const parent of parentsOf(3)) await scrape(parent);
  const startMs = performance.now();
  let pages = 0;
  for (const parent of parents) pages += await scrape(parent);
  return pages / ((performance.now() - startMs) / 1000);
}
