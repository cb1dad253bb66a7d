import Table from 'cli-table3';
import { withMarked } from '../../../infra/readme/marked.ts';
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

/**
 * The same of benches as Markdown, in `document` in place of theirs; of the others of `order` it says what it said
 * before. Throws where those were measured on another number of cores.
 */
export function withFigures(
  document: string,
  measured: [Bench, Figures][],
  { cores, order }: { cores: number; order: string[] },
): string {
  const head = `| on ${cores} cores | figure | unit |\n| --- | ---: | --- |`;
  const before = document.slice(document.indexOf(BEGIN) + BEGIN.length, document.indexOf(END)).trim();
  const isAll = order.every((name) => measured.some(([bench]) => bench.name === name));
  if (!isAll && !before.startsWith(head))
    throw new Error('the other figures are of another number of cores: measure all of them');
  const sections = new Map(
    isAll ? [] : before.split(/\n(?=\| \*\*)/).map((text) => [/^\| \*\*(\w+)/.exec(text)?.[1] ?? '', text]),
  );
  for (const [bench, figures] of measured) sections.set(bench.name, sectionOf(bench, figures));
  const rows = order.flatMap((name) => sections.get(name) ?? []);
  return withMarked(document, [BEGIN, END], [head, ...rows].join('\n'));
}

const BEGIN = '<!-- figures: made by "npm run bench -- --readme" -->';
const END = '<!-- /figures -->';

const sectionOf = ({ name, what }: Bench, figures: Figures): string =>
  [
    `| **${name}**: ${what} | | |`,
    ...flat(figures).map(([path, value]) => `| ${path} | ${NUMBER.format(value)} | ${unitOf(path)} |`),
  ].join('\n');

function flat(figures: Figures, prefix = ''): [string, number][] {
  return Object.entries(figures).flatMap(([name, value]) =>
    typeof value === 'number' ? [[prefix + name, value]] : flat(value, `${prefix}${name} `),
  );
}
