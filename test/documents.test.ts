import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SETTINGS_FILE, withSettingsTable } from '../infra/readme/settings-table.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const exists = (pattern: string): boolean => globSync(pattern, { cwd: ROOT }).length > 0;
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, part]) => part ?? '');

const DOCUMENTS = globSync(['*.md', '{.github,functions,shared,infra,test}/**/*.md'], {
  cwd: ROOT,
  exclude: ['**/node_modules/**'],
}).sort();

test('the operator’s guide tells of every cause that something may wait for', () => {
  const [, causes = ''] = /export type WaitCause =([^;]*);/.exec(read('shared/x/types.ts')) ?? [];
  const waits = read('infra/terraform/README.md').split('### What it may wait for')[1] ?? '';
  const names = all(causes, /'([a-z-]+)'/g);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !waits.includes(`| \`${name}\` |`))).toEqual([]);
});

/** So many that are read in a minute: https://doi.org/10.1016/j.jml.2019.104047 (non-fiction, in silence). */
const WORDS_A_MINUTE = 238;

test('README is read in five minutes: its prose, since code and tables are looked at', () => {
  const prose = read('README.md')
    .replaceAll(/```.*?```/gs, '')
    .replaceAll(/^\|.*$/gm, '')
    .replaceAll(/!\[.*\)$/gm, '')
    .replaceAll(/\]\([^)]*\)/g, ']')
    .replaceAll(/`[^`]*`/g, 'code');
  const words = prose.match(/[\p{L}\p{N}’'$%-]+/gu) ?? [];
  expect(words.length).toBeGreaterThan(500);
  expect(words.length / WORDS_A_MINUTE).toBeLessThan(5);
});

describe('“Where do I change …”', () => {
  const [, table = ''] = read('.github/CONTRIBUTING.md').split('## Where do I change');
  const row = (task: string): string => table.split('\n').find((line) => line.startsWith(`| ${task}`)) ?? '';
  const importers = (folder: string, module: string): string[] =>
    globSync(`${folder}/**/*.ts`, { cwd: ROOT })
      .filter((file) => read(file).includes(module))
      .map((file) => basename(file));

  test('names files that there are', () => {
    const files = globSync('{functions,shared,infra,test}/**/*.{ts,tf,sql,json}', {
      cwd: ROOT,
      exclude: ['**/node_modules/**'],
    });
    const names = new Set(files.map((file) => basename(file)));
    const named = all(table, /`([\w-]+\.(?:ts|tf|sql|json))`/g);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });

  test.each([
    ['how a list is cut into pages', 'functions/pagedispatch', '/plan/pages.ts'],
    ['how a list is cut into pages', 'infra/cli/plan', '/plan/pages.ts'],
    ['a command', 'infra/cli', './commands/'],
  ])('%s: all in %s that have to do with it', (task, folder, module) => {
    const files = importers(folder, module);
    expect(files).not.toEqual([]);
    for (const file of files) expect(row(task)).toMatch(new RegExp(`[/\`]${file}\``));
  });
});

test('what it costs adds up', () => {
  const [costs = ''] = (read('infra/terraform/README.md').split('## What it costs')[1] ?? '').split('\n## ');
  const cents = (text: string): number[] =>
    all(text, /\$([\d,]+\.\d\d) \|$/gm).map((amount) => Math.round(Number(amount.replace(',', '')) * 100));
  const [idle = '', run = ''] = costs.split('| 1,000 parents');
  for (const amounts of [cents(idle), cents(run).slice(1)]) {
    expect(amounts.length).toBeGreaterThan(4);
    expect(amounts.slice(0, -1).reduce((sum, each) => sum + each)).toBe(amounts.at(-1));
  }
});

test('the table of settings is the one of the code', () => {
  const document = readFileSync(SETTINGS_FILE, 'utf8');
  expect(document).toBe(withSettingsTable(document));
});

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  test('names npm scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json'));
    for (const name of all(text, /npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(name);
  });

  test('names files and folders that there are', () => {
    const paths = all(text, /`((?:functions|shared|infra|test|\.ci|\.github)\/[^`\s]*)`/g);
    const missing = paths.filter((path) => !exists(path.replaceAll(/<\w+>/g, '*')));
    expect(missing).toEqual([]);
  });

  test('has no heading twice, one after the other', () => {
    expect(all(text, /^(#+ .+)\n+\1$/gm)).toEqual([]);
  });

  test('has no table that is cut in two by an empty line', () => {
    const rows = all(text.replaceAll(/^```[\s\S]*?^```/gm, ''), /(?<=^|\n\n)(\|.*\n.*)/g);
    expect(rows.filter((row) => !/\n\|[ :|-]+\|$/.test(row))).toEqual([]);
  });

  test('links to what there is', () => {
    const links = all(text, /\]\(((?!https?:)[^)\s]+)\)/g);
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? document : join(dirname(document), path);
      return !exists(target) || (anchor !== undefined && !anchorsOf(read(target)).includes(anchor));
    });
    expect(broken).toEqual([]);
  });
});

/** As GitHub makes them of headings: https://docs.github.com/en/get-started/writing-on-github#section-links */
const anchorsOf = (text: string): string[] =>
  all(text, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the design', () => {
  const design = read('DESIGN.md');
  const section = (title: string): string =>
    design.split(/^## /m).find((part) => part.startsWith(title)) ?? '';

  test('has a test file for each promise, which carries its name, and there are no others', () => {
    const rows = [...section('Promises').matchAll(/^\| \d+ \| \*\*(.+?)\*\*.*\| `(.+)` \|$/gm)];
    expect(rows.map(([, , file]) => file).sort()).toEqual(
      globSync('test/promises/*.test.ts', { cwd: ROOT }).sort(),
    );
    for (const [, name, file = ''] of rows) expect(read(file)).toContain(`describe('${name}`);
  });

  test('names every room in its layout', () => {
    const rooms = globSync('{functions,shared,infra,infra/local,infra/cli}/*/', { cwd: ROOT });
    expect(rooms.length).toBeGreaterThan(15);
    for (const room of rooms) expect(section('Layout')).toMatch(new RegExp(`\\b${room.split('/').at(-1)}/`));
  });

  test('has every rule that is cited', () => {
    const rules = all(design, /\*\*(R\d+)\*\*/g);
    expect(rules).toEqual([...new Set(rules)]);
    const code = globSync('{functions,shared,infra,test}/**/*.{ts,tf,sql}', {
      cwd: ROOT,
      exclude: ['**/node_modules/**'],
    });
    const cited = code.flatMap((file) => all(read(file), /\b(R[1-9]\d?)\b/g));
    for (const rule of new Set(cited)) expect(rules).toContain(rule);
  });
});
