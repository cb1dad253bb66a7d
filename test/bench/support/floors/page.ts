import { createServer } from 'node:http';
import pLimit from 'p-limit';
import { listening, stopped } from '../../../support/loopback-server.ts';
import type { TestStack } from '../../../support/stack.ts';
import { type BenchContext, type Figures, scaled } from '../../bench.ts';
import { startFunction } from '../function-process.ts';
import { parent } from '../parents.ts';
import { push } from '../push.ts';
import type { Code } from '../starts.ts';
import { rounded } from '../statistics.ts';
import { withCpu } from './cpu.ts';
import { type Floor, startFloor } from './floor.ts';
import { listUrl, pageUrl } from './list-url.ts';
import { TOPIC } from './publish.ts';

const ROUNDS = 5;
const LISTS_SIDE_BY_SIDE = 10;

/** What a round reads: of each length from 1 to 5 pages so many lists, of pages of so many friends. */
interface Work {
  friends: number;
  lists: number;
}

/** The CPU of getpage per page, as it is deployed, against JSON in, JSON out and one POST. */
export async function pageFloor(
  context: BenchContext,
  on: TestStack,
  code: Code,
  work: Work,
): Promise<Figures> {
  const sink = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  sink.keepAliveTimeout = 0;
  const to = await listening(sink);
  const [target, env] = ['getpage', { TOPIC_GETPAGE: TOPIC, TOPIC_PAGEDISPATCH: TOPIC }];
  const start = (name: string, hasDomain: boolean) =>
    startFunction(on, { name: `floors-${name}-${work.friends}`, target, ...code, env, hasDomain });
  const getpage = await start('getpage', true);
  const unwatched = await start('unwatched', false);
  const floor = await startFloor(on, 'bare-page.ts');
  try {
    let [pages, productMs, unwatchedMs, floorMs] = [0, 0, 0, 0];
    const rounds = scaled(context, ROUNDS, 2);
    // The first of each warms up.
    for (let round = -1; round < rounds; round++) {
      context.say(`floors: pages of ${work.friends} friends, round ${round + 1} of ${rounds}`);
      const lists = listsOf(work, round + 1);
      const ofProduct = await withCpu(getpage.pid, () =>
        readLists(lists, (list) => scraped(getpage.port, 'floors', list)),
      );
      const ofUnwatched = await withCpu(unwatched.pid, () =>
        readLists(lists, (list) => scraped(unwatched.port, 'unwatched', list)),
      );
      const ofFloor = await withCpu(floor.pid, () => readLists(lists, (list) => copied(on, floor, to, list)));
      if (round < 0) continue;
      pages += lists.reduce((sum, { length }) => sum + length, 0);
      productMs += ofProduct.ms;
      unwatchedMs += ofUnwatched.ms;
      floorMs += ofFloor.ms;
    }
    return {
      product: { cpuMs: rounded(productMs / pages) },
      floor: { cpuMs: rounded(floorMs / pages) },
      ratio: rounded(productMs / floorMs),
      withoutDomainRatio: rounded(unwatchedMs / floorMs),
    };
  } finally {
    await Promise.all([getpage.stop(), unwatched.stop(), floor.stop(), stopped(sink)]);
  }
}

interface List {
  number: number;
  length: number;
  friends: number;
}

const listsOf = ({ friends, lists }: Work, round: number): List[] =>
  Array.from({ length: lists }, (_, index) => ({
    number: round * lists + index,
    length: (index % 5) + 1,
    friends,
  }));

async function readLists(lists: List[], read: (list: List) => Promise<void>): Promise<void> {
  const limit = pLimit(LISTS_SIDE_BY_SIDE);
  await Promise.all(lists.map((list) => limit(() => read(list))));
}

async function scraped(port: number, runId: string, { number, length, friends }: List): Promise<void> {
  const common = { runId, job: { name: 'bench' }, dispatchedAt: new Date().toISOString() };
  const plan = { totalPages: length, pageSize: friends, maxFriends: length * friends };
  const ids = { dispatchId: `${runId}/${friends}/${number}`, parent: parent(number, length * friends) };
  for (let pageNumber = 1; pageNumber <= length; pageNumber++)
    await again(() => push(port, TOPIC, { ...common, ...ids, ...plan, pageNumber }));
}

async function copied(on: TestStack, floor: Floor, to: string, { number, length, friends }: List) {
  const list = listUrl(on, parent(number, length * friends).id, friends);
  let token: string | undefined;
  do {
    const from = pageUrl(list, token);
    const meta = (await again(() => floor.ask({ from, to }))) as { next_token?: string };
    token = meta.next_token;
  } while (token !== undefined);
}

const TRIES = 3;

/** Where the machine stands still for seconds, idle connections are closed just as they are used: as Pub/Sub would do. */
async function again<T>(work: () => Promise<T>, tries = TRIES): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (tries <= 1) throw error;
    return again(work, tries - 1);
  }
}
