import type { TestStack } from '../support/stack.ts';
import type { Bench, BenchContext, Figures } from './bench.ts';
import { onStack } from './support/load.ts';
import { buildsIn, type Code, firstEventsInTurns, inBuildFolder } from './support/starts.ts';
import { rounded } from './support/statistics.ts';

export const startup: Bench = {
  name: 'startup',
  what: 'first handled event after process start: an eager plain build (tsc) against the bundle, medians',
  run: (context) =>
    inBuildFolder(async (dir) => {
      const codes = await buildsIn(dir);
      return await onStack({}, (on) => compare(context, on, codes));
    }),
};

async function compare(
  context: BenchContext,
  on: TestStack,
  codes: Record<'plain' | 'bundle', Code>,
): Promise<Figures> {
  const say = (event: string, starts: number) =>
    `startup: ${event}, ${starts} starts of each build, in turns`;
  const medians = await firstEventsInTurns({ context, on }, codes, say);
  const figures = medians.map(([event, { plain, bundle }]) => [
    event,
    { plainMs: rounded(plain), bundleMs: rounded(bundle), ratio: rounded(bundle / plain) },
  ]);
  return Object.fromEntries(figures);
}
