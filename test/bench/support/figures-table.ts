import Table from 'cli-table3';
import type { Bench, Figures } from '../bench.ts';

const NUMBER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 4 });

const UNITS: [ending: RegExp, unit: string][] = [
  [/Ms$/, 'ms'],
  [/Usd$/, '$ a year'],
  [/costRatio$|Day$|Week$|checkedDays$|Share$/, 'of 1'],
  [/MiB$/, 'MiB'],
  [/pagesPerSecond$/i, 'pages/s'],
  [/dispatchesPerSecond$/, 'dispatches/s'],
  [/messagesPerSecond$/, 'messages/s'],
  [/PerPage$/, 'calls/page'],
  [/ratio$/i, 'x'],
  [/utilisation$/i, 'of 1'],
  [/calls$|refused|Refused/, 'calls'],
  [/windows$/i, 'windows'],
];

/** The unit that a figure's name ends in. */
const unitOf = (name: string): string => UNITS.find(([ending]) => ending.test(name))?.[1] ?? '';

/** A bench's figures, one a line, each with its unit and the number of cores. */
export function figuresTable({ name, what }: Bench, figures: Figures, cores: number): string {
  const table = new Table({
    head: [name, 'figure', 'unit', 'cores'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'left', 'right'],
  });
  for (const [path, value] of flat(figures))
    table.push([path, NUMBER.format(value), unitOf(path), String(cores)]);
  return `${what}\n${table}`;
}

/** The same of all benches as Markdown. */
export function markdownOf(benches: [Bench, Figures][], cores: number): string {
  const rows = benches.flatMap(([{ name, what }, figures]) => [
    `| **${name}**: ${what} | | |`,
    ...flat(figures).map(([path, value]) => `| ${path} | ${NUMBER.format(value)} | ${unitOf(path)} |`),
  ]);
  return [`| on ${cores} cores | figure | unit |`, '| --- | ---: | --- |', ...rows].join('\n');
}

function flat(figures: Figures, prefix = ''): [string, number][] {
  return Object.entries(figures).flatMap(([name, value]) =>
    typeof value === 'number' ? [[prefix + name, value]] : flat(value, `${prefix}${name} `),
  );
}
