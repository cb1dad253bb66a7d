import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../shared/clock.ts';
import { startDodo } from '../cli/support/process.ts';
import { peakMiB } from '../support/resident.ts';
import type { TestStack } from '../support/stack.ts';
import { type Bench, type Figures, scaled } from './bench.ts';
import { addRun } from './support/friend-lists.ts';
import { onStack } from './support/load.ts';
import { rounded } from './support/statistics.ts';

const [PARENTS, FRIENDS] = [1000, 1000];
/** Of one statement. */
const PARENTS_A_RUN = 100;
const FORMATS = ['csv', 'graphml', 'gexf'];
/** What is promised of a million edges. */
const MOST_MIB = 300;
const LOOK_EVERY_MS = 50;

export const exports: Bench = {
  name: 'exports',
  what: `dodo export of ${(PARENTS * FRIENDS) / 1e6} million edges between as many accounts: memory of its process, time, size`,
  run: (context) =>
    onStack({}, async (on) => {
      const parents = scaled(context, PARENTS, PARENTS_A_RUN);
      for (let from = 1; from <= parents; from += PARENTS_A_RUN)
        await addRun(on, { run: 0, parents: [from, from + PARENTS_A_RUN - 1], size: FRIENDS });
      context.say(`exports: ${parents * FRIENDS} edges`);
      const figures: Figures = {};
      for (const format of FORMATS) {
        const file = join(on.dir, `network.${format}`);
        const found = await exported(on, file);
        if (found.edges !== parents * FRIENDS) throw new Error(`${format} has ${found.edges} edges`);
        if (found.peakMiB > MOST_MIB) throw new Error(`${format} took ${found.peakMiB} MiB`);
        const { peakMiB, seconds } = found;
        figures[format] = { peakMiB, seconds, fileMiB: rounded((await stat(file)).size / 2 ** 20) };
        context.say(`exports: ${format} ${JSON.stringify(figures[format])}`);
      }
      return figures;
    }),
};

async function exported(on: TestStack, file: string) {
  const startMs = performance.now();
  const child = startDodo(['export', file, '--json'], { data: on.dir });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.pipe(process.stderr);
  const ended = once(child, 'close');
  let peak = 0;
  while (child.exitCode === null) {
    peak = Math.max(peak, await peakMiB(child.pid ?? 0).catch(() => 0));
    await systemClock.sleep(LOOK_EVERY_MS);
  }
  await ended;
  const { edges } = JSON.parse(out);
  return { edges, peakMiB: rounded(peak), seconds: rounded((performance.now() - startMs) / 1000) };
}
