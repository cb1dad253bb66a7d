/** `npm run bench`: how good it is, in figures that anyone can repeat; all on the local stack. */
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Bench, Figures } from './bench.ts';
import { calls } from './calls.ts';
import { endtoend } from './endtoend.ts';
import { fanout } from './fanout.ts';
import { history } from './history.ts';
import { memory } from './memory.ts';
import { overhead } from './overhead.ts';
import { startup } from './startup.ts';
import { figuresTable } from './support/figures-table.ts';
import { window } from './window.ts';

const BENCHES: Bench[] = [fanout, endtoend, overhead, calls, history, window, startup, memory];

interface Options {
  only?: string;
  json: boolean;
  scale: number;
}

function share(text: string): number {
  const scale = Number(text);
  if (!(scale > 0 && scale <= 1)) throw new InvalidArgumentError('It must be above 0 and at most 1.');
  return scale;
}

const { only, json, scale } = new Command('bench')
  .description('Measures Dodo on the local stack.')
  .option('--json', 'all figures as one JSON object', false)
  .addOption(new Option('--only <name>', 'one bench').choices(BENCHES.map(({ name }) => name)))
  .option('--scale <share>', 'share of the work, for a quick trial', share, 1)
  .parse()
  .opts<Options>();

const cores = availableParallelism();
const results: Figures = {};
for (const bench of BENCHES.filter(({ name }) => only === undefined || name === only)) {
  const say = (line: string) => console.error(line);
  results[bench.name] = await bench.run({ scale, say });
  if (!json) console.log(`\n${figuresTable(bench, results[bench.name] as Figures, cores)}`);
}
if (json) console.log(JSON.stringify({ cores, scale, ...results }, null, 2));
