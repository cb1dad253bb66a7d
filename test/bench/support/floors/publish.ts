import { join } from 'node:path';
import { createPubSub } from '../../../../shared/pubsub-client.ts';
import { logLines } from '../../../support/log-lines.ts';
import type { TestStack } from '../../../support/stack.ts';
import { type BenchContext, type Figures, scaled } from '../../bench.ts';
import { startFunction } from '../function-process.ts';
import { type BenchParent, pagesOf, parentsOf } from '../parents.ts';
import { push } from '../push.ts';
import { rounded } from '../statistics.ts';
import type { ChunkParts } from '../timed-pagedispatch.ts';
import { withCpu } from './cpu.ts';
import { type Floor, startFloor } from './floor.ts';

const ROUNDS = 5;
const CHUNKS = 10;
/** Nobody listens. */
export const TOPIC = 'bench-floors';
const SOURCE = join(import.meta.dirname, '..', 'timed-pagedispatch.ts');

const [PLANNER, UNWATCHED] = ['floors-pagedispatch', 'floors-unwatched'];

interface Sum {
  messages: number;
  ms: number;
  cpuMs: number;
}

/** Chunks of 100 parents of 1 to 5 pages: planned, recorded and published, against their messages published alone. */
export async function publishFloor(context: BenchContext, on: TestStack): Promise<Figures> {
  const pubsub = createPubSub(on.stack.config);
  await pubsub.createTopic(TOPIC);
  await pubsub.close();
  const [target, env] = ['pagedispatch', { TOPIC_GETPAGE: TOPIC }];
  const start = (name: string, hasDomain: boolean) =>
    startFunction(on, { name, target, source: SOURCE, env, hasDomain });
  const planner = await start(PLANNER, true);
  const unwatched = await start(UNWATCHED, false);
  const floor = await startFloor(on, 'bare-publisher.ts');
  try {
    const [product, withoutDomain, bare] = [nothing(), nothing(), nothing()];
    const rounds = scaled(context, ROUNDS, 2);
    // The first of each warms up.
    for (let round = -1; round < rounds; round++) {
      context.say(`floors: publish, round ${round + 1} of ${rounds}`);
      const ofProduct = await planned(on, planner, `floors-${round}`);
      const ofUnwatched = await planned(on, unwatched, `unwatched-${round}`);
      const ofFloor = await published(floor);
      if (round < 0) continue;
      add(product, ofProduct);
      add(withoutDomain, ofUnwatched);
      add(bare, ofFloor);
    }
    const { asking, recording } = await partsOf(on, UNWATCHED, rounds);
    return {
      ...figuresOf(product, bare, await partsOf(on, PLANNER, rounds)),
      withoutDomainCpuRatio: rounded(cpuOf(withoutDomain) / cpuOf(bare)),
      withoutAskingAndDomainRatio: rounded(perSecond(withoutDomain, recording + asking) / perSecond(bare)),
    };
  } finally {
    await Promise.all([planner.stop(), unwatched.stop(), floor.stop()]);
  }
}

/** `besideMs` of its time is not counted. */
const perSecond = ({ messages, ms }: Sum, besideMs = 0) => messages / ((ms - besideMs) / 1000);

const cpuOf = ({ messages, cpuMs }: Sum) => cpuMs / messages;

const nothing = (): Sum => ({ messages: 0, ms: 0, cpuMs: 0 });

function add(sum: Sum, { messages, ms, cpuMs }: Sum): void {
  sum.messages += messages;
  sum.ms += ms;
  sum.cpuMs += cpuMs;
}

/** A run of its own each, one after the other, as they come under the ordering key of all planning. */
async function planned(on: TestStack, { pid, port }: { pid: number; port: number }, name: string) {
  const parents = parentsOf(100);
  const startMs = performance.now();
  const { ms: cpuMs } = await withCpu(pid, async () => {
    for (let index = 0; index < CHUNKS; index++)
      await push(port, on.stack.config.TOPIC_PAGEDISPATCH, chunkOf(parents, `${name}-${index}`));
  });
  return { messages: CHUNKS * pagesOf(parents), ms: performance.now() - startMs, cpuMs };
}

function chunkOf(parents: BenchParent[], runId: string) {
  const dispatchedAt = new Date().toISOString();
  return {
    ...{ job: { name: 'bench' }, parents, pageSize: 100, runId, dispatchedAt },
    chunk: { index: 0, of: 1 },
  };
}

/** As many messages of as many keys, as long as those. */
async function published(floor: Floor): Promise<Sum> {
  const sum = nothing();
  const { ms: cpuMs } = await withCpu(floor.pid, async () => {
    for (let index = 0; index < CHUNKS; index++) {
      const parents = parentsOf(100);
      const counts = Object.fromEntries(
        parents.map(({ id, friendsCount }) => [`bench/${id}`.padEnd(36, '-'), friendsCount / 100]),
      );
      const answer = (await floor.ask({ topic: TOPIC, message: messageLike(parents), counts })) as Sum;
      sum.messages += answer.messages;
      sum.ms += answer.ms;
    }
  });
  return { ...sum, cpuMs };
}

/** What a PageRequest says, but for its dispatch and its number. */
const messageLike = ([parent]: BenchParent[]) => ({
  ...{ runId: 'floors-0-0', job: { name: 'bench' }, dispatchedAt: new Date().toISOString(), parent },
  ...{ totalPages: 1, pageSize: 100, maxFriends: 100 },
});

/** In all, of the chunks that count. */
async function partsOf(on: TestStack, planner: string, rounds: number): Promise<ChunkParts> {
  const lines = (await logLines(on, planner)).filter((line) => 'parts' in line);
  const counted = lines.slice(CHUNKS).map((line) => line.parts as ChunkParts);
  if (counted.length !== rounds * CHUNKS) throw new Error(`${counted.length} chunks were timed`);
  const sumOf = (part: keyof ChunkParts) => counted.reduce((sum, parts) => sum + parts[part], 0);
  return { asking: sumOf('asking'), recording: sumOf('recording') };
}

function figuresOf(product: Sum, floor: Sum, { asking, recording }: ChunkParts): Figures {
  const chunks = product.messages / pagesOf(parentsOf(100));
  const besideRecording = perSecond(product, recording);
  const besideBoth = perSecond(product, recording + asking);
  return {
    product: { messagesPerSecond: rounded(besideRecording), cpuMs: rounded(cpuOf(product), 3) },
    floor: { messagesPerSecond: rounded(perSecond(floor)), cpuMs: rounded(cpuOf(floor), 3) },
    ratio: rounded(besideRecording / perSecond(floor)),
    cpuRatio: rounded(cpuOf(product) / cpuOf(floor)),
    withRecordingRatio: rounded(perSecond(product) / perSecond(floor)),
    withoutAskingRatio: rounded(besideBoth / perSecond(floor)),
    askingOf100Ms: rounded(asking / chunks),
    recordingOf100Ms: rounded(recording / chunks),
  };
}
