import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { plainRows } from '../../../infra/cli/target/rows.ts';
import { systemClock } from '../../../shared/clock.ts';
import { createHistories } from '../../../shared/warehouse/histories.ts';
import { startWarehouse } from '../../support/warehouse.ts';
import { dodo, dodoJson } from '../support/dodo.ts';
import { archive, archiveOf, PARENT, pageLine, sample, sampleLines } from './archives.ts';

const on = await startWarehouse();
const rows = async (query: string) => plainRows(await on.select(query));
const empty = async () => {
  for (const table of ['completed_scrapes', 'account_metadata', 'forgotten_accounts'])
    await on.select(`DELETE FROM ${table} WHERE TRUE`);
};
beforeEach(empty);
afterAll(() => on.close());

const run = (...args: string[]) => dodo(['import', ...args], { env: on.env });
const imported = (...files: string[]) => dodoJson(['import', ...files], { env: on.env });
const stored = async () => (await rows('SELECT * FROM completed_scrapes')).length;

/** Of each list its state, how many pages are shown, and the ids of its friends in order. */
const lists = async () =>
  (
    await rows(
      `SELECT progress.parent_id, state, pages_done,
        ARRAY_AGG(friend_id IGNORE NULLS ORDER BY page_number, position) AS friends
      FROM dispatch_progress AS progress LEFT JOIN friends USING (dispatch_id)
      GROUP BY progress.parent_id, progress.dispatch_id, state, pages_done, progress.dispatched_at
      ORDER BY progress.dispatched_at, progress.parent_id, state`,
    )
  ).map(({ state, pages_done, friends }) => [
    state,
    pages_done,
    (friends as string[] | null)?.join(' ') ?? '',
  ]);

const at = (minute: number) => `2024-05-01T12:${String(minute).padStart(2, '0')}:00+00:00`;
const one = pageLine({ friends: ['1', '2'], next: 'b', at: at(1) });
const two = pageLine({ friends: ['3'], token: 'b', next: 'c', at: at(2) });
const three = pageLine({ friends: ['4'], token: 'c', at: at(3) });
const flat = (line: string) => {
  const { data, __twarc } = JSON.parse(line);
  return (data as object[]).map((friend) => JSON.stringify({ ...friend, __twarc }));
};
const problem = (id: string) => ({
  ...{ value: id, resource_id: id, parameter: 'id', resource_type: 'user', title: 'Authorization Error' },
  type: 'https://api.twitter.com/2/problems/not-authorized-for-resource',
});

type Told = [what: string, files: string[][], lists: [state: string, pages: number, friends: string][]];

test('an import that takes a while says how far it is', async () => {
  let nowMs = systemClock.now();
  const clock = { ...systemClock, now: () => (nowMs += 6000) };
  const { code, err } = await dodo(['import', await archiveOf(one, two, three)], { env: on.env, clock });
  expect(code).toBe(0);
  expect(err).toMatch(/^2 pages read so far\. Nothing is stored before all of them are\.$/m);
  expect(err).toMatch(/^3 of 3 pages are there\. What is there stays, should this be stopped\.$/m);
});

describe('a list of an archive is', () => {
  test.each<Told>([
    [
      'complete, where its pages follow from one another to the end',
      [[one, two, three]],
      [['complete', 3, '1 2 3 4']],
    ],
    ['complete, where it is one empty page', [[pageLine()]], [['complete', 1, '']]],
    ['partial, where its end is missing', [[one, two]], [['partial', 2, '1 2 3']]],
    [
      'partial, where a page between is missing',
      [[one, three]],
      [
        ['partial', 1, '1 2'],
        ['partial', 1, '4'],
      ],
    ],
    ['partial, where its beginning is missing', [[two, three]], [['partial', 2, '3 4']]],
    [
      'partial, where its pages stand in another order',
      [[two, one]],
      [
        ['partial', 1, '1 2'],
        ['partial', 1, '3'],
      ],
    ],
    [
      'partial, where a page was retrieved before the one that it follows from',
      [[one, pageLine({ friends: ['9'], token: 'b', at: at(0) })]],
      [
        ['partial', 1, '9'],
        ['partial', 1, '1 2'],
      ],
    ],
    ['complete, where it goes on in the next file', [[one], [two, three]], [['complete', 3, '1 2 3 4']]],
    [
      'there once, where it stands there twice',
      [[one, two, three, one, two, three]],
      [['complete', 3, '1 2 3 4']],
    ],
    [
      'complete with the copy that was used, where a page was asked for again',
      [
        [
          one,
          two,
          pageLine({ friends: ['5'], token: 'b', next: 'd', at: at(5) }),
          pageLine({ friends: ['6'], token: 'd', at: at(6) }),
        ],
      ],
      [['complete', 3, '1 2 5 6']],
    ],
    [
      'told from another read of the same parent, whose tokens are the same',
      [
        [
          one,
          two,
          three,
          pageLine({ friends: ['7'], next: 'b', at: at(11) }),
          pageLine({ token: 'b', at: at(12) }),
        ],
      ],
      [
        ['complete', 3, '1 2 3 4'],
        ['complete', 2, '7'],
      ],
    ],
    [
      'told from that of another parent between its pages',
      [
        [
          one,
          pageLine({ parent: '9', friends: ['8'], next: 'b', at: at(1) }),
          two,
          three,
          pageLine({ parent: '9', token: 'b', at: at(4) }),
        ],
      ],
      [
        ['complete', 3, '1 2 3 4'],
        ['complete', 2, '8'],
      ],
    ],
    [
      'unavailable, where X said so',
      [[pageLine({ more: { meta: undefined, errors: [problem(PARENT)] } })]],
      [['unavailable', 0, '']],
    ],
    [
      'partial, where it could not be read on',
      [[one, pageLine({ token: 'b', at: at(2), more: { meta: undefined, errors: [problem(PARENT)] } })]],
      [['partial', 1, '1 2']],
    ],
    [
      'partial, where it is flattened, with its friends',
      [[...flat(one), ...flat(two), ...flat(three)]],
      [['partial', 3, '1 2 3 4']],
    ],
    [
      'the same flattened and not, and complete then',
      [
        [...flat(one), ...flat(two), ...flat(three)],
        [one, two, three],
      ],
      [['complete', 3, '1 2 3 4']],
    ],
  ])('%s', async (_, files, expected) => {
    await imported(...(await Promise.all(files.map((lines) => archiveOf(...lines)))));
    expect(await lists()).toEqual(expected);
  });
});

describe('a second import', () => {
  test('of a file adds nothing, gzipped or not, and says so', async () => {
    expect(await imported(sample('day-1'))).toMatchObject({ pages: 3, added: 3, complete: 1, parents: 1 });
    const before = await stored();
    const zipped = await archive(gzipSync(sampleLines('day-1').join('\n')));
    expect(await imported(zipped)).toMatchObject({ pages: 3, added: 0 });
    expect((await run(sample('day-1'))).out).toContain('nothing was added');
    expect(await stored()).toBe(before);
  });

  test('of more of a list adds the rest, and completes it', async () => {
    await imported(await archiveOf(one, two));
    expect(await imported(await archiveOf(one, two, three))).toMatchObject({ pages: 3, added: 1 });
    expect(await lists()).toEqual([['complete', 3, '1 2 3 4']]);
  });

  test('under another job, or once the name of the parent is known, adds nothing', async () => {
    await imported(await archiveOf(one, two, three));
    expect(await imported(await archiveOf(one, two, three), '--job', 'other')).toMatchObject({ added: 0 });
  });
});

describe('is refused with the number of its line, and nothing is stored:', () => {
  const url = (path: string) => one.replace('/2/users/1100000000793984206/following', path);
  test.each<[what: string, content: string | Buffer, says: string]>([
    [
      'a file that is cut off',
      `${one}\n${two.slice(0, -20)}`,
      'line 2 of FILE: the file is cut off in the middle of it. Without it, "head -n 1" of the file can be imported. Nothing was imported.',
    ],
    ['what is no JSON', `${one}\nhello\n${two}\n`, 'line 2 of FILE: it is no JSON object'],
    [
      'followers',
      `${one}\n\n${url('/2/users/7/followers')}\n`,
      'line 3 of FILE: it was asked for at /2/users/7/followers, and lists of friends are at /2/users/ID/following',
    ],
    ['tweets', url('/2/tweets/search/all'), 'line 1 of FILE: it was asked for at /2/tweets/search/all'],
    [
      'users of version 1.1',
      '{"id_str":"7","screen_name":"bob"}',
      'line 1 of FILE: it has no __twarc with url and retrieved_at',
    ],
    [
      'a list without when it was retrieved',
      one.replace('retrieved_at', 'at'),
      'line 1 of FILE: it has no __twarc',
    ],
    ['a time that is none', one.replace(at(1), 'yesterday'), 'line 1 of FILE: yesterday is no time'],
    [
      'a time to come',
      one.replace('2024-', '2924-'),
      'line 1 of FILE: 2924-05-01T12:01:00+00:00 is still to come',
    ],
    [
      'what X says where it lists nobody',
      pageLine({ more: { meta: undefined, title: 'Unauthorized', status: 401 } }),
      'line 1 of FILE: it is no page of a list',
    ],
    [
      'a friend without an id',
      JSON.stringify({ username: 'bob', __twarc: JSON.parse(one).__twarc }),
      'line 1 of FILE: it is no friend of a list',
    ],
    ['another encoding', Buffer.from([0x7b, 0xff, 0xfe, 0x0a]), 'line 1 of FILE: it is no text in UTF-8'],
    [
      'a gzipped file that is cut off',
      gzipSync(`${one}\n${two}\n`).subarray(0, -20),
      'FILE cannot be read: unexpected end of file. Nothing was imported.',
    ],
    ['an empty file', '\n', 'FILE: there is nothing in it.'],
  ])('%s', async (_, content, says) => {
    const [good, bad] = [await archiveOf(one, two, three), await archive(content)];
    const { code, err } = await run(...(content === '\n' ? [] : [good]), bad);
    expect(err.replaceAll(bad, 'FILE')).toContain(`dodo: ${says}`);
    expect(code).toBe(2);
    expect(await stored()).toBe(0);
  });

  test('a file that is not there', async () => {
    expect(await run('no-such-file')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^dodo: no-such-file cannot be read/),
    });
  });

  test('what BigQuery would drop, where partitions expire', async () => {
    const table = on.bigquery.dataset(on.context.dataset).table('completed_scrapes');
    const [{ timePartitioning }] = await table.getMetadata();
    await table.setMetadata({
      timePartitioning: { ...timePartitioning, expirationMs: String(62 * 86_400_000) },
    });
    const { code, err } = await run(await archiveOf(one));
    await table.setMetadata({ timePartitioning });
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/kept for 62 days only/) });
    expect(await stored()).toBe(0);
  });
});

describe('what is imported', () => {
  test('is kept as it would be of a scraped page, at the time of then, for nothing', async () => {
    const odd = {
      id: '3',
      username: 'eve',
      description: 'See {{projectId}} \u{1f600}',
      public_metrics: { tweet_count: 7 },
      protected: true,
      created_at: '2013-05-28T00:00:00.000Z',
    };
    const line = pageLine({
      friends: [],
      at: at(1),
      more: { data: [odd], meta: { result_count: 2 }, errors: [problem('77')] },
    });
    await imported(await archiveOf(line), '--job', 'thesis');
    const [row] = await rows('SELECT * FROM completed_scrapes');
    expect(row).toMatchObject({
      ...{ origin: 'import', job: 'thesis', cost_usd: 0, charged: 1, friend_count: 1, page_size: 1000 },
      ...{ dispatched_at: '2024-05-01T12:01:00.000Z', completed_at: '2024-05-01T12:01:00.000Z' },
      ...{ unknown_friends: ['77'], unreadable_friends: 0, mode: 'full', check: null, list_order: null },
      problems: expect.stringMatching(/"resource_id":"77".*Fewer friends than counted/),
    });
    expect(row?.friends).toMatchObject([
      {
        position: 1,
        id: '3',
        username: 'eve',
        description: odd.description,
        post_count: 7,
        protected: true,
        created_at: odd.created_at,
        name: null,
      },
    ]);
  });

  test('goes by the name that the warehouse knows, else by the id', async () => {
    await imported(await archiveOf(one));
    const observed = {
      run_id: 'r',
      job: 'j',
      dispatch_id: 'd',
      role: 'parent',
      status: 'active',
      id: '9',
      username: 'Nine',
      requested_fields: [],
      cost_usd: 0.01,
      dispatched_at: at(0),
      observed_at: at(0),
    };
    await on.bigquery.dataset(on.context.dataset).table('account_metadata').insert([observed]);
    await imported(await archiveOf(pageLine({ parent: '9' })));
    const names = await rows('SELECT parent_id, parent_username FROM dispatch_progress ORDER BY parent_id');
    expect(names).toEqual([
      { parent_id: PARENT, parent_username: PARENT },
      { parent_id: '9', parent_username: 'Nine' },
    ]);
  });

  test('is no run, costs nothing, is not published again, and no check rests on it', async () => {
    await imported(await archiveOf(one, two, three), await archiveOf(pageLine({ parent: '9', next: 'x' })));
    const env = { env: on.env };
    expect(await dodoJson(['status', '--since', '2024-01-01'], env)).toMatchObject([]);
    expect(await rows('SELECT * FROM daily_cost')).toEqual([]);
    const span = { sinceMs: Date.parse('2024-01-01'), atMs: Date.parse('2024-12-31') };
    expect(await createHistories(on.context).of([PARENT], span)).toEqual(new Map());
    expect(await rows('SELECT state, is_final FROM dispatch_progress ORDER BY state')).toEqual([
      { state: 'complete', is_final: true },
      { state: 'partial', is_final: true },
    ]);
  });

  test('can be forgotten, and scrubbed at once', async () => {
    await imported(await archiveOf(one, two, three));
    await dodo(['forget', '3', '--scrub', '--yes'], { env: on.env });
    const kept = await rows(
      'SELECT friend.id FROM completed_scrapes AS page CROSS JOIN UNNEST(page.friends) AS friend ORDER BY id',
    );
    expect(kept.map(({ id }) => id)).toEqual(['1', '2', '4']);
    const { err } = await run(await archiveOf(pageLine({ friends: ['3'], at: at(6) })));
    expect(err).toMatch(/^note: whoever was scrubbed is stored again .*: npx dodo forget --scrub$/m);
    expect(err).not.toContain('of the parents');
  });

  test('of a parent that is forgotten is shown by no view, and that is said', async () => {
    await dodo(['forget', PARENT, '--yes'], { env: on.env });
    const { err } = await run(await archiveOf(one, two, three));
    expect(err).toMatch(/^note: 1 of the parents is forgotten: no view shows what was imported of them\.$/m);
    expect(err).not.toContain('scrub');
    expect(await lists()).toEqual([]);
  });

  test('is not stored by a dry run, which says what there is', async () => {
    const { out, err } = await run('--dry-run', sample('day-2'), sample('day-3.flattened'));
    expect(out).toBe(
      '2 lists of 1 parent (1 complete, 1 partial), 6 pages, 48 friends, retrieved 2026-11-27 08:10 UTC\nnothing was stored.\n',
    );
    expect(err).toBe(
      'note: this was read from api.twitter.com, and the data here is of a simulated X: --data keeps them apart.\n',
    );
    expect(await stored()).toBe(0);
  });
});
