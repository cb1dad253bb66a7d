import { join } from 'node:path';
import type { TestStack } from '../support/stack.ts';
import { type Bench, type BenchContext, type Figures, scaled } from './bench.ts';
import { type Floor, startFloor } from './support/floors/floor.ts';
import { listUrl } from './support/floors/list-url.ts';
import { onStack, pagesPerSecond, setLatency } from './support/load.ts';
import { type BenchParent, pagesOf, parentsOf } from './support/parents.ts';
import { median, rounded } from './support/statistics.ts';

const PAGE_SIZE = 1000;
const ROUNDS = 2;
const PARENTS = 100;
/** Where each of its pages takes a while, its speed does not change on the way. */
const SERIAL_PARENTS = { 0: PARENTS, 200: 10 };

export const serial: Bench = {
  name: 'serial',
  what: `pages of ${PAGE_SIZE} friends stored per second, against a serial client that only writes them to a file`,
  run: (context) => onStack({}, (on) => compareAll(context, on)),
};

async function compareAll(context: BenchContext, on: TestStack): Promise<Figures> {
  const floor = await startFloor(on, 'bare-archive.ts');
  const compare = async (latencyMs: 0 | 200): Promise<Figures> => {
    await setLatency(on, latencyMs);
    await pagesPerSecond(on, parentsOf(5, PAGE_SIZE), PAGE_SIZE);
    const parents = parentsOf(scaled(context, PARENTS, 20), PAGE_SIZE);
    const archived = parents.slice(0, scaled(context, SERIAL_PARENTS[latencyMs], 10));
    const [product, serial]: [number[], number[]] = [[], []];
    for (let round = 1; round <= ROUNDS; round++) {
      context.say(
        `serial: pages of ${PAGE_SIZE} friends, X takes ${latencyMs} ms, round ${round} of ${ROUNDS}`,
      );
      product.push(await pagesPerSecond(on, parents, PAGE_SIZE));
      serial.push(await archive(on, floor, archived, join(on.dir, `pages-${latencyMs}-${round}.jsonl`)));
    }
    const [ofProduct, ofSerial] = [median(product), median(serial)];
    return {
      pagesPerSecond: rounded(ofProduct),
      serialPagesPerSecond: rounded(ofSerial),
      ratio: rounded(ofProduct / ofSerial),
    };
  };
  try {
    return { latency0: await compare(0), latency200: await compare(200) };
  } finally {
    await floor.stop();
  }
}

async function archive(on: TestStack, floor: Floor, parents: BenchParent[], file: string): Promise<number> {
  const lists = parents.map(({ id }) => listUrl(on, id, PAGE_SIZE));
  const { pages, ms } = (await floor.ask({ lists, file })) as { pages: number; ms: number };
  if (pages !== pagesOf(parents, PAGE_SIZE)) throw new Error(`the serial client has read ${pages} pages`);
  return pages / (ms / 1000);
}
