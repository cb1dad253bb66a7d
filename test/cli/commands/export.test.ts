import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replaceFile } from '../../../infra/cli/export/replace-file.ts';
import type { PlainRow } from '../../../infra/cli/target/rows.ts';
import { startUnrulyProxy } from '../../support/unruly-proxy.ts';
import { DAY, minutesAgo, noRows, observation, page, plan, type Row } from '../../views/rows.ts';
import { plain, shownOf } from '../export/plain.ts';
import { objections, readCsv, readGexf, readGraphml } from '../export/readers.ts';
import { dodo, dodoJson } from '../support/dodo.ts';
import { fallenList, famousFriends, history, openWarehouse } from '../support/history.ts';
import { emptyDir } from '../support/process.ts';

const [dir, warehouse] = await Promise.all([emptyDir(), openWarehouse()]);
afterAll(async () => {
  await warehouse.close();
  await rm(dir, { recursive: true });
});

async function exported(name: string, ...args: string[]): Promise<string> {
  const file = join(dir, name);
  const { code, err } = await dodo(['export', file, ...args], warehouse.running);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return file;
}

test.each(['.gexf', '.graphml'] as const)(
  'dodo export of no edges is a sound %s file too',
  async (ending) => {
    const file = await exported(`empty${ending}`);
    expect(await objections(file, `${ending.slice(1)}.xsd` as 'gexf.xsd' | 'graphml.xsd')).toEqual([]);
  },
);

/** What people on X write, and worse. */
const WEAPONS = [
  '=HYPERLINK("https://example.com")',
  'a "quoted", <b>bold</b> & \'single\' ]]> --> &amp;',
  '\u0000nul\u0007bell\u001b[2J\u009bcsi\ttab\nline\r\nlines\u2028separated',
  '\u202eturned\u2066\u200f \ufeffmark \ufffe\uffff\ufff9',
  'emoji 👩‍👩‍👧 Übergröße 日本 ܫܠܡܐ',
  "'@ann",
  ' leading, and trailing ',
];

/** Parent 5 is looked up; each of its friends says something else. */
function armed() {
  const rows = noRows();
  const of = { dispatch: 'armed', parent: '5', ago: 2 * DAY, run: 'run armed' };
  const row = page({ ...of, fetch: 'armed', at: 2 * DAY - 10 });
  rows.dispatches.push(plan(of));
  rows.completed_scrapes.push({
    ...row,
    friends: WEAPONS.map((weapon, at) => ({
      ...{ position: at + 1, id: `1777777777777777${100 + at}`, username: `weapon_${at}`, name: weapon },
      ...{ description: weapon.repeat(2), location: weapon, protected: at % 2 === 0, followers_count: at },
      created_at: minutesAgo(900 * DAY + at),
    })),
  });
  const looked = { dispatch: 'armed', role: 'parent', id: '5', username: 'parent5', at: 2 * DAY };
  rows.account_metadata.push(
    observation({ ...looked, at: 3 * DAY }, { name: 'Older', followers_count: 1 }),
    observation(looked, { name: 'Newer <5>', followers_count: 55, protected: false }),
  );
  return rows;
}

const EDGE = ['first_listed_at', 'last_seen_at', 'is_carried', 'full_read_at', 'job'];
const OF_FRIEND =
  'username name description location url profile_image_url created_at protected verified verified_type followers_count following_count listed_count post_count like_count media_count'.split(
    ' ',
  );
const picked = (row: PlainRow, names: string[]) =>
  Object.fromEntries(names.map((name) => [name, row[name] ?? null]));

/** By the rules of --help, of the rows of the view. */
function accountsOf(edges: PlainRow[], lookUps: PlainRow[]): PlainRow[] {
  const newest = new Map<string, { row: PlainRow; at: string }>();
  const see = (id: string, at: string, row: PlainRow) => {
    if (at > (newest.get(id)?.at ?? '')) newest.set(id, { at, row });
  };
  const parents = new Set(edges.map(({ parent_id }) => String(parent_id)));
  for (const edge of edges) {
    const said = OF_FRIEND.map((name) => [name, edge[`friend_${name}`]]);
    see(String(edge.friend_id), String(edge.completed_at), Object.fromEntries(said));
    const id = String(edge.parent_id);
    if (!newest.has(id)) newest.set(id, { at: '', row: { username: edge.parent_username } });
  }
  for (const row of lookUps)
    if (parents.has(String(row.id))) see(String(row.id), String(row.observed_at), picked(row, OF_FRIEND));
  return [...newest]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, { row }]) => shownOf({ id, ...row, is_parent: parents.has(id) }));
}

const edgeOf = (row: PlainRow) =>
  shownOf({ source: row.parent_id, target: row.friend_id, ...picked(row, EDGE) });

describe('dodo export', () => {
  let current: PlainRow[];
  let accounts: PlainRow[];
  beforeAll(async () => {
    for (const rows of [history(), famousFriends(), fallenList('9'), armed()]) await warehouse.fill(rows);
    current = await warehouse.select('SELECT * FROM current_friends ORDER BY parent_id, friend_id');
    accounts = accountsOf(current, await warehouse.select('SELECT * FROM account_metadata'));
    expect(current.length).toBeGreaterThan(15);
  });

  test('to .gexf has what current_friends has, by an XML parser, and keeps to the format’s schema', async () => {
    const file = await exported('network.gexf');
    expect(await objections(file, 'gexf.xsd')).toEqual([]);
    const network = await readGexf(file);
    expect(network.accounts.map(({ label, ...account }) => account)).toEqual(accounts);
    expect(network.accounts.map(({ label }) => label)).toEqual(
      accounts.map(({ username, id }) => username ?? id),
    );
    expect(network.edges.map(({ spells, ...edge }) => edge)).toEqual(current.map(edgeOf));
    for (const { spells } of network.edges) expect((spells as unknown[]).at(-1)).toContain(null);
  });

  test('to .graphml has the same, by graphology', async () => {
    const file = await exported('network.GraphML');
    expect(await objections(file, 'graphml.xsd')).toEqual([]);
    const { accounts: nodes, edges } = await readGraphml(file);
    expect(nodes).toEqual(accounts);
    expect(edges).toEqual(current.map(edgeOf));
  });

  test('to .csv has a line for each edge with its friend, by DuckDB, and text as it is', async () => {
    const { columns, rows } = await readCsv(await exported('network.csv'));
    const target = OF_FRIEND.map((name) => `target_${name}`);
    expect(columns).toEqual(['Source', 'Target', 'source_username', ...target, ...EDGE]);
    const wanted = current.map((row) => ({
      ...{ Source: row.parent_id, Target: row.friend_id, source_username: row.parent_username },
      ...Object.fromEntries(OF_FRIEND.map((name) => [`target_${name}`, row[`friend_${name}`]])),
      ...picked(row, EDGE),
    }));
    const asText = (value: unknown) => (value === null || value === '' ? null : plain(String(value)));
    expect(rows).toEqual(
      wanted.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, asText(v)]))),
    );
    expect(rows.map(({ target_name }) => target_name)).toContain('=HYPERLINK("https://example.com")');
  });

  test.each(['gexf', 'graphml', 'csv'])(
    'to .%s has no control character but its own line ends',
    async (ending) => {
      const text = await readFile(await exported(`clean.${ending}`), 'utf8');
      expect(text).toContain('nul');
      expect(text.replaceAll('\n', '')).toBe(plain(text.replaceAll('\n', '')));
      expect(text).toMatch(/^[^\n]+\n([^\n]*\n)*$/);
    },
  );

  test('the same lists give the same file', async () => {
    const [one, other] = [await exported('one.graphml'), await exported('other.graphml')];
    const lines = async (file: string) => (await readFile(file, 'utf8')).split('\n').slice(3);
    expect(await lines(one)).toEqual(await lines(other));
  });

  test.each<[what: string, args: string[], parents: string[]]>([
    ['a parent by its name', ['--parent', '@Parent1'], ['1']],
    ['a parent by its id', ['--parent', '1'], ['1']],
    ['a parent by its id, as "dodo dispatch" takes it', ['--parent', 'id:1'], ['1']],
    ['a parent that was renamed, by its old name', ['--parent', 'parent4'], ['4']],
    ['the parents of a job', ['--job', 'famous'], ['7', '8']],
    ['a parent of a job', ['--job', 'famous', '--parent', '8'], ['8']],
    ['a parent of whom no list was read', ['--parent', 'parent3'], []],
  ])('of %s', async (_, args, parents) => {
    const { edges } = await readGraphml(await exported('some.graphml', ...args));
    expect(edges).toEqual(current.filter((row) => parents.includes(String(row.parent_id))).map(edgeOf));
  });

  test.each([
    [['--parent', 'nobody'], /^dodo: no run has had the parent "nobody"\. .* lists those there are\.\n$/],
    [['--job', 'none'], /^dodo: no run has had the job "none"\. .* lists those there are\.\n$/],
    [['--job', 'famous', '--parent', '1'], /^dodo: the job "famous" has had no parent "1"\.\n$/],
  ])('%j says so in a sentence', async (args, says) => {
    const file = join(dir, 'nobody.csv');
    const ran = await dodo(['export', file, ...args], warehouse.running);
    expect(ran).toEqual({ code: 1, out: '', err: expect.stringMatching(says) });
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  const followsAt = async (daysAgo: number, ...args: string[]) => {
    const file = await exported(
      'then.csv',
      '--parent',
      'parent1',
      '--at',
      minutesAgo(daysAgo * DAY),
      ...args,
    );
    return (await readCsv(file)).rows.map(({ target_username }) => target_username);
  };

  test.each([
    [6, []],
    [4.5, ['ann', 'bob']],
    [3.5, ['bob', 'cy']],
    [1, ['ann', 'cy']],
  ])('as it was known %s days ago', async (daysAgo, friends) => {
    expect(await followsAt(daysAgo)).toEqual(friends);
  });

  test('of a time to come is refused', async () => {
    const ran = await dodo(['export', 'a.csv', '--at', '2099-01-01'], warehouse.running);
    expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(/--at names a time that is to come/) });
  });

  const spellsOf = async (...args: string[]) => {
    const { edges, accounts: nodes } = await readGexf(await exported('times.gexf', '--parent', '1', ...args));
    const names = new Map(nodes.map(({ id, username }) => [id, username]));
    return Object.fromEntries(edges.map(({ target, spells }) => [names.get(target), spells]));
  };
  const seen = (daysAgo: number) => minutesAgo(daysAgo * DAY - 10);
  const ann = [
    [seen(5), seen(5)],
    [seen(3), null],
  ];
  const bob = [[seen(5), seen(4)]];

  test('says in .gexf between which times an edge was seen', async () => {
    expect(await spellsOf()).toEqual({ ann, cy: [[seen(4), null]] });
  });

  test('with --history also of edges that are no more', async () => {
    expect(await spellsOf('--history')).toEqual({ ann, bob, cy: [[seen(4), null]] });
    const at = minutesAgo(3.5 * DAY);
    expect(await spellsOf('--history', '--at', at)).toEqual({
      ...{ ann: ann.slice(0, 1), bob: [[seen(5), null]], cy: [[seen(4), null]] },
    });
    expect(await objections(join(dir, 'times.gexf'), 'gexf.xsd')).toEqual([]);
  });

  test('says how much it has written, and that forgetting does not reach it', async () => {
    const file = join(dir, 'said.gexf');
    const { out } = await dodo(['export', file], warehouse.running);
    expect(out).toBe(
      `${accounts.length} accounts and ${current.length} edges, by the newest evidence, are in ${file}.\nThe command "forget" does not reach it: whoever is forgotten later stays in it until you delete it or write it again.\n`,
    );
    expect(await readFile(file, 'utf8')).toMatch(/<description>[^<]*forget&quot; does not reach it/);
    expect(await dodoJson(['export', file], warehouse.running)).toEqual({
      ...{ file, accounts: accounts.length, edges: current.length },
    });
    const list = join(dir, 'said.csv');
    expect(await dodoJson(['export', list], warehouse.running)).toEqual({
      file: list,
      edges: current.length,
    });
    expect((await dodo(['export', '--help'])).out).toContain('The command "forget" does not reach it');
  });

  test('says so in a sentence where the file cannot be written, before anything is asked', async () => {
    const cannot = (ran: object) =>
      expect(ran).toEqual({
        code: 1,
        out: '',
        err: expect.stringMatching(/^dodo: the network could not be written: E.* Name another file\.\n$/),
      });
    cannot(await dodo(['export', join(dir, 'no', 'such.csv')], warehouse.running));
    const folder = join(dir, 'folder.csv');
    await mkdir(folder);
    cannot(await dodo(['export', folder], warehouse.running));
    expect((await readdir(dir)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });
});

describe('dodo export of more than a page of rows', () => {
  const LISTED = 12_000;
  beforeAll(async () => {
    const of = { dispatch: 'long', parent: '600', ago: 2 * DAY, run: 'run long' };
    const friends = Array.from({ length: LISTED }, (_, n) => `${10 ** 9 + n}`);
    const row: Row = page({ ...of, fetch: 'long', friends, at: 2 * DAY - 10 });
    await warehouse.fill({ ...noRows(), dispatches: [plan(of)], completed_scrapes: [row] });
  });

  test.each(['gexf', 'graphml', 'csv'])('to .%s has all of them', async (ending) => {
    const file = join(dir, `long.${ending}`);
    const args = ['export', file, '--parent', '600'];
    expect(await dodoJson(args, warehouse.running)).toMatchObject({ edges: LISTED });
    const text = await readFile(file, 'utf8');
    expect(new Set(text.match(/\b10000\d{5}\b/g)).size).toBe(LISTED);
  });

  test('into a file that another one writes meanwhile is whole', async () => {
    const file = join(dir, 'twice.csv');
    const write = (texts: AsyncIterable<string>) => replaceFile(file, texts, new AbortController().signal);
    async function* slow() {
      yield 'all of ';
      const ran = await dodo(['export', file, '--parent', '600'], warehouse.running);
      expect(ran).toMatchObject({ code: 0, err: '' });
      expect((await readCsv(file)).rows.length).toBe(LISTED);
      yield 'the other';
    }
    await write(slow());
    expect(await readFile(file, 'utf8')).toBe('all of the other');
    expect((await readdir(dir)).filter((name) => name.startsWith('twice'))).toEqual(['twice.csv']);
  });

  test('that breaks off is no file, and leaves the older one', async () => {
    const proxy = await startUnrulyProxy(warehouse.running.env.BIGQUERY_EMULATOR_HOST ?? '');
    const env = { ...warehouse.running.env, BIGQUERY_EMULATOR_HOST: proxy.url };
    const file = join(dir, 'broken.csv');
    await writeFile(file, 'older');
    let pages = 0;
    proxy.decide = ({ path }) => {
      if (/\/queries\/[^/]+$/.test(path)) pages += 1;
      return pages > 2 ? { status: 503, body: { error: { code: 503, message: 'gone' } } } : 'passes';
    };
    const ran = await dodo(['export', file, '--parent', '600'], { env });
    await proxy.close();
    expect(ran).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^dodo: BigQuery gave no answer: gone\./),
    });
    expect(pages).toBeGreaterThan(2);
    expect(await readFile(file, 'utf8')).toBe('older');
    expect((await readdir(dir)).filter((name) => name.startsWith('broken'))).toEqual(['broken.csv']);
  });
});
