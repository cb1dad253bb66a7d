import { once } from 'node:events';
import { networkQuery, type Shape } from '../../../infra/cli/export/network-query.ts';
import { systemClock } from '../../../shared/clock.ts';
import { quotedDataset } from '../../../shared/warehouse/query.ts';
import { peakMiB } from '../../support/resident.ts';
import { startUnrulyProxy } from '../../support/unruly-proxy.ts';
import { startWarehouse } from '../../support/warehouse.ts';
import { DAY, noRows, page, plan } from '../../views/rows.ts';
import { insertRows } from '../support/history.ts';
import { startDodo } from '../support/process.ts';

type Cell = { v: unknown };
interface RawRow {
  f: Cell[];
}

const FRIENDS = 500;
const LOOK_EVERY_MS = 50;

/** What an account says of itself at some length. */
const said = (id: string) => ({
  ...{ id, username: `friend_${id}`.slice(0, 15), name: `Number ${id}` },
  ...{ description: `What number ${id} says of themselves. `.repeat(3), location: 'Somewhere' },
  ...{ url: `https://example.com/${id}`, profile_image_url: `https://example.com/${id}/picture.jpg` },
  ...{ created_at: '2020-01-15T12:00:00Z', protected: false, verified: false, verified_type: 'none' },
  ...{ followers_count: 10, following_count: 20, listed_count: 30, post_count: 40 },
});

/**
 * `dodo export FILE` as a process, before a BigQuery that holds more edges than the local one can sort: the stand-in
 * answers for 500, as many as a page of an answer has, and its rows come over and over, each time with other ids, until there are `edges` of them.
 */
export async function exportLong(
  file: string,
  kind: Shape['kind'],
  edges: number,
): Promise<{ written: { accounts?: number; edges: number }; peakMiB: number; seconds: number }> {
  const warehouse = await startWarehouse();
  const proxy = await startUnrulyProxy(warehouse.env.BIGQUERY_EMULATOR_HOST ?? '');
  try {
    const of = { dispatch: 'long', parent: '600', ago: 2 * DAY };
    const row = page({ ...of, fetch: 'long', at: 2 * DAY - 10 });
    const friends = Array.from({ length: FRIENDS }, (_, n) => ({
      position: n + 1,
      ...said(`${10 ** 9 + n}`),
    }));
    await insertRows(warehouse.bigquery, warehouse.context.dataset, {
      ...noRows(),
      dispatches: [plan(of)],
      completed_scrapes: [{ ...row, friends }],
    });
    const query = networkQuery({ kind, isOfSomeParents: false, isOfThen: false });
    const [job] = await warehouse.bigquery.createQueryJob(query(quotedDataset(warehouse.context.dataset)));
    const [all, , answer] = await job.getQueryResults({ skipParsing: true, autoPaginate: false });
    const rows: RawRow[] = all;
    const pages = pagesOf(rows, rows.length > FRIENDS ? 1 : 0, edges / FRIENDS);
    proxy.decide = ({ path }) => {
      if (!/\/queries\/[^/]+$/.test(path)) return 'passes';
      const { value, done } = pages.next();
      const more = done ? {} : { pageToken: 'more' };
      return { status: 200, body: { ...(answer as object), ...more, rows: value ?? [] } };
    };
    return await watched(file, { ...warehouse.env, BIGQUERY_EMULATOR_HOST: proxy.url });
  } finally {
    await proxy.close();
    await warehouse.close();
  }
}

/** First the accounts `times` over, where there are any (the column of their kind is the first), then the edges. */
function* pagesOf(rows: RawRow[], kinds: number, times: number): Generator<RawRow[]> {
  const isNode = ({ f }: RawRow) => kinds === 1 && f[0]?.v === 'node';
  for (const part of [rows.filter(isNode), rows.filter((row) => !isNode(row))])
    for (let time = 0; time < times && part.length > 0; time++)
      yield part.map(({ f }) => ({
        f: f.map(({ v }) => ({ v: /^1\d{9}$/.test(String(v)) ? `${Number(v) + time * FRIENDS}` : v })),
      }));
}

async function watched(file: string, env: Record<string, string>) {
  const startMs = performance.now();
  const child = startDodo(['export', file, '--json'], { env });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = once(child, 'close');
  let peak = 0;
  while (child.exitCode === null && child.signalCode === null) {
    // Between its end and ours there is nothing to be read of it.
    peak = Math.max(peak, (await peakMiB(child.pid ?? 0).catch(() => 0)) || 0);
    await systemClock.sleep(LOOK_EVERY_MS);
  }
  await ended;
  if (out === '') throw new Error(`dodo export wrote nothing: ${err}`);
  const seconds = (performance.now() - startMs) / 1000;
  return { written: JSON.parse(out) as { accounts?: number; edges: number }, peakMiB: peak, seconds };
}
