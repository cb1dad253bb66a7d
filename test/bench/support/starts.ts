import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildBundle } from '../../../infra/bundle/build.ts';
import { ROOT } from '../../../infra/local/process.ts';
import { type Service, topicOf } from '../../../infra/local/topology.ts';
import type { TestStack } from '../../support/stack.ts';
import { type BenchContext, scaled } from '../bench.ts';
import { buildPlain } from './eager-build.ts';
import { firstEvents } from './first-events.ts';
import { startFunction } from './function-process.ts';
import { push } from './push.ts';
import { median } from './statistics.ts';

const STARTS = 15;

/** What a process runs, and what is preloaded into it. */
export interface Code {
  source: string;
  preload: string;
}

/** The functions as they are deployed, and as an eager plain build, in that folder. */
export async function buildsIn(dir: string): Promise<{ plain: Code; bundle: Code }> {
  const bundle = join(dir, 'bundle');
  await buildBundle(bundle);
  const { entry, preload } = await buildPlain(join(dir, 'plain'));
  return { plain: { source: entry, preload }, bundle: { source: join(bundle, 'index.mjs'), preload } };
}

/** In a new folder inside the repository, so that what is built there finds the libraries; it is removed afterwards. */
export async function inBuildFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  await mkdir(join(ROOT, '.dodo'), { recursive: true });
  const dir = await mkdtemp(join(ROOT, '.dodo', 'bench-'));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Of each first event the median that it takes with each code, in ms: they are started in turns. */
export async function firstEventsInTurns<Name extends string>(
  { context, on }: { context: BenchContext; on: TestStack },
  codes: Record<Name, Code>,
  say: (event: string, starts: number) => string,
): Promise<[event: string, Record<Name, number>][]> {
  const names = Object.keys(codes) as Name[];
  const medians: [string, Record<Name, number>][] = [];
  for (const { name: eventName, service, event } of await firstEvents(on)) {
    const starts = scaled(context, STARTS, 3);
    context.say(say(eventName, starts));
    const took = new Map(names.map((name) => [name, [] as number[]]));
    // The first of each is not counted: it brings the files into the system's cache.
    for (let start = -1; start < starts; start++)
      for (const name of names) {
        const ms = await firstEventMs(on, service, codes[name], event());
        if (start >= 0) took.get(name)?.push(ms);
      }
    const ofEach = [...took].map(([name, all]) => [name, median(all)]);
    medians.push([eventName, Object.fromEntries(ofEach) as Record<Name, number>]);
  }
  return medians;
}

/** From the start of the process to the acknowledgement of its first event. */
async function firstEventMs(on: TestStack, service: Service, code: Code, event: object): Promise<number> {
  const startMs = performance.now();
  const started = await startFunction(on, { name: `start-${service}`, target: service, ...code });
  try {
    await push(started.port, topicOf(on.stack.config, service), event);
    return performance.now() - startMs;
  } finally {
    await started.stop();
  }
}
