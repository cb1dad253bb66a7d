import { join } from 'node:path';
import { buildBundle } from '../../infra/bundle/build.ts';
import { SERVICES } from '../../infra/local/topology.ts';
import type { TestStack } from '../support/stack.ts';
import { type Bench, type BenchContext, type Figures, scaled } from './bench.ts';
import { buildPlain } from './support/eager-build.ts';
import { firstEvents } from './support/first-events.ts';
import { onStack } from './support/load.ts';
import { type Code, firstEventMs, inBuildFolder } from './support/starts.ts';
import { median, rounded } from './support/statistics.ts';

const STARTS = 15;

export const startup: Bench = {
  name: 'startup',
  what: 'first handled event after process start: an eager plain build (tsc) against the bundle, medians',
  run: (context) =>
    inBuildFolder(async (dir) => {
      const bundle = join(dir, 'bundle');
      await buildBundle(bundle);
      const { entry, preload } = await buildPlain(join(dir, 'plain'));
      const codes = {
        plain: { source: entry, preload },
        bundle: { source: join(bundle, 'index.mjs'), preload },
      };
      return await onStack({}, (on) => compare(context, on, codes));
    }),
};

type Build = 'plain' | 'bundle';

async function compare(context: BenchContext, on: TestStack, codes: Record<Build, Code>): Promise<Figures> {
  const events = await firstEvents(on);
  const figures: Figures = {};
  for (const service of SERVICES) {
    const starts = scaled(context, STARTS, 3);
    context.say(`startup: ${service}, ${starts} starts of each build, in turns`);
    const took: Record<Build, number[]> = { plain: [], bundle: [] };
    // The first of each is not counted: it brings the files into the system's cache.
    for (let start = -1; start < starts; start++)
      for (const build of ['plain', 'bundle'] as const) {
        const ms = await firstEventMs(on, service, codes[build], events[service]());
        if (start >= 0) took[build].push(ms);
      }
    const [plainMs, bundleMs] = [median(took.plain), median(took.bundle)];
    figures[service] = {
      plainMs: rounded(plainMs),
      bundleMs: rounded(bundleMs),
      ratio: rounded(bundleMs / plainMs),
    };
  }
  return figures;
}
