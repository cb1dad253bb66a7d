/** `npm run bench`: how good it is, in figures that anyone can repeat; all on the local stack. */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Bench, Figures } from './bench.ts';
import { calls } from './calls.ts';
import { checks } from './checks.ts';
import { endtoend } from './endtoend.ts';
import { exports } from './exports.ts';
import { fanout } from './fanout.ts';
import { floors } from './floors.ts';
import { friends } from './friends.ts';
import { history } from './history.ts';
import { limit } from './limit.ts';
import { memory } from './memory.ts';
import { overhead } from './overhead.ts';
import { serial } from './serial.ts';
import { startup } from './startup.ts';
import { figuresTable, withFigures } from './support/figures-table.ts';
import { window } from './window.ts';

const BENCHES: Bench[] = [
  fanout,
  endtoend,
  serial,
  overhead,
  calls,
  history,
  friends,
  exports,
  window,
  startup,
  floors,
  memory,
  limit,
  checks,
];

interface Options {
  only?: string;
  json: boolean;
  readme: boolean;
  scale: number;
}

function share(text: string): number {
  const scale = Number(text);
  if (!(scale > 0 && scale <= 1)) throw new InvalidArgumentError('It must be above 0 and at most 1.');
  return scale;
}

const { only, json, readme, scale } = new Command('bench')
  .description('Measures Dodo on the local stack.')
  .option('--json', 'all figures as one JSON object', false)
  .addOption(new Option('--readme', 'put the figures into FIGURES.md').conflicts('scale'))
  .addOption(new Option('--only <name>', 'one bench').choices(BENCHES.map(({ name }) => name)))
  .option('--scale <share>', 'share of the work, for a quick trial', share, 1)
  .parse()
  .opts<Options>();

const cores = availableParallelism();
const results: [Bench, Figures][] = [];
for (const bench of BENCHES.filter(({ name }) => only === undefined || name === only)) {
  const say = (line: string) => console.error(line);
  const figures = await bench.run({ scale, say });
  results.push([bench, figures]);
  if (!json) console.log(`\n${figuresTable(bench, figures, cores)}`);
}
if (json) {
  const byName = results.map(([{ name }, figures]) => [name, figures]);
  console.log(JSON.stringify({ cores, scale, ...Object.fromEntries(byName) }, null, 2));
}
if (readme) {
  const file = join(import.meta.dirname, 'FIGURES.md');
  const order = BENCHES.map(({ name }) => name);
  await writeFile(file, withFigures(await readFile(file, 'utf8'), results, { cores, order }));
}
