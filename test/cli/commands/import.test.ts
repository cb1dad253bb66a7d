import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startTestStack } from '../../support/stack.ts';
import { pageLine } from '../import/archives.ts';
import { installTwarc2 } from '../import/twarc2.ts';
import { dodo, dodoJson } from '../support/dodo.ts';
import { dodoProcess } from '../support/process.ts';

const [on, twarc2] = await Promise.all([startTestStack(), installTwarc2()]);
afterAll(async () => {
  await on.stop();
  if (typeof twarc2 !== 'string') await twarc2.remove();
});

const data = on.dir;
const archive = (name: string) => join(on.dir, `${name}.jsonl`);

/** Of a dispatch all that `friends` shows of whom and where, in order. */
const friendsOf = (job: string) =>
  on.select(
    `SELECT * EXCEPT (run_id, dispatch_id, dispatched_at, job, fetch_id, completed_at) FROM friends
    WHERE job = '${job}' ORDER BY page_number, position`,
  );

/** Dodo reads the list, as it is now. */
async function scrape(job: string): Promise<void> {
  const args = ['dispatch', 'my_own', '--page-size', '100', '--job', job, '--yes'];
  const { out } = await dodo(args, { data });
  const [, run = ''] = /Watch it: npx dodo status (\S+) --watch/.exec(out) ?? [];
  expect(await dodo(['status', run, '--watch'], { data })).toMatchObject({ code: 0 });
}

test('an archive that the real twarc2 makes (from PyPI, with Python) is what Dodo itself has scraped', async ({
  skip,
}) => {
  if (typeof twarc2 === 'string') return skip(twarc2);
  const base = on.stack.config.X_API_BASE_URL;
  const churn = { gone: 100, fresh: 100, back: 300 };
  await on.sim('accounts', [{ username: 'my_own', friends: 250, churn }]);
  const read = (name: string) =>
    twarc2(base, 'following', '--max-results', '100', '--hide-progress', 'my_own', archive(name));

  await scrape('scraped');
  await read('first');
  expect(await dodoJson(['import', archive('first'), '--job', 'imported'], { data })).toMatchObject({
    ...{ lists: 1, complete: 1, pages: 3, friends: 250, added: 3 },
  });
  expect(await friendsOf('imported')).toEqual(await friendsOf('scraped'));
  const changes = (job: string) =>
    on.select(
      `SELECT friend_id, friend_username, change, mode FROM friend_changes WHERE job = '${job}' ORDER BY friend_id`,
    );
  expect(await changes('imported')).toEqual([]);

  // The next day Dodo does not read it, and the day after twarc2 does not.
  await on.sim('day', { advance: 1 });
  await read('second');
  expect(await dodoJson(['import', archive('second'), '--job', 'second'], { data })).toMatchObject({
    complete: 1,
  });
  const now = (await on.sim('truth?username=my_own')) as { friends: { id: string }[] };
  const before = new Set((await friendsOf('scraped')).map(({ friend_id }) => friend_id));
  const after = new Set(now.friends.map(({ id }) => id));
  const expected = [
    ...[...after].filter((id) => !before.has(id)).map((id) => [id, 'followed']),
    ...[...before].filter((id) => !after.has(String(id))).map((id) => [id, 'no_longer_listed']),
  ];
  const seen = (await changes('second')).map(({ friend_id, change }) => [friend_id, change]);
  expect(seen).toEqual(expected.sort());
  expect(seen.length).toBeGreaterThan(10);
  await scrape('again');
  expect(await changes('again')).toEqual([]);

  await twarc2(base, 'flatten', archive('second'), archive('flattened'));
  expect(await dodoJson(['import', archive('flattened')], { data })).toMatchObject({
    complete: 0,
    partial: 1,
  });
});

const MIB = 2 ** 20;

test('an archive is read in bounded memory: one of 128 MiB with a heap of 96', async () => {
  const description = 'x'.repeat(500);
  const data = Array.from({ length: 1000 }, (_, id) => ({ id: `${id}`, username: `u${id}`, description }));
  const file = await open(archive('large'), 'w');
  let pages = 0;
  for (let bytes = 0; bytes < 128 * MIB; pages++)
    bytes += (await file.write(`${pageLine({ parent: `${pages + 1}`, more: { data } })}\n`)).bytesWritten;
  await file.close();
  const env = { NODE_OPTIONS: '--max-old-space-size=96' };
  const args = ['import', archive('large'), '--dry-run', '--json'];
  const { code, out, err } = await dodoProcess(args, { data: on.dir, env });
  // How far it is, is said where it takes long.
  const said = err.split('\n').filter((line) => !/^\d+ pages read so far\./.test(line));
  expect({ code, lines: said.length }, err).toEqual({ code: 0, lines: 3 });
  expect(JSON.parse(out)).toMatchObject({ pages, complete: pages, friends: pages * 1000, added: 0 });
});
