import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLong } from '../cli/export/long-answer.ts';
import { type Bench, type Figures, scaled } from './bench.ts';
import { rounded } from './support/statistics.ts';

const EDGES = 1_000_000;
/** 300 MB, which is promised of a million edges. */
const MOST_MIB = 300e6 / 2 ** 20;
const FORMATS = [
  ['csv', 'list'],
  ['graphml', 'network'],
  ['gexf', 'timed'],
] as const;

export const exports: Bench = {
  name: 'exports',
  what: `dodo export of ${EDGES / 1e6} million edges to as many accounts: memory of its process, beyond which it fails at 300 MB`,
  run: async (context) => {
    const edges = scaled(context, EDGES, 10_000);
    const dir = await mkdtemp(join(tmpdir(), 'dodo-bench-'));
    const figures: Figures = {};
    try {
      for (const [ending, kind] of FORMATS) {
        const file = join(dir, `network.${ending}`);
        const { written, peakMiB, seconds } = await exportLong(file, kind, edges);
        if (written.edges !== edges) throw new Error(`${ending} has ${written.edges} edges`);
        if (peakMiB > MOST_MIB) throw new Error(`${ending} took ${peakMiB} MiB`);
        const fileMiB = (await stat(file)).size / 2 ** 20;
        figures[ending] = {
          ...{
            peakMiB: rounded(peakMiB),
            edgesPerSecond: rounded(edges / seconds),
            fileMiB: rounded(fileMiB),
          },
        };
        context.say(`exports: ${ending} ${JSON.stringify(figures[ending])}`);
        await rm(file);
      }
      return figures;
    } finally {
      await rm(dir, { recursive: true });
    }
  },
};
