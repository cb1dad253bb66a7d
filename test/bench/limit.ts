import { join } from 'node:path';
import pLimit from 'p-limit';
import { buildBundle } from '../../infra/bundle/build.ts';
import services from '../../infra/services.json' with { type: 'json' };
import { peakMiB } from '../support/resident.ts';
import { type Bench, scaled } from './bench.ts';
import { startFunction } from './support/function-process.ts';
import { onStack } from './support/load.ts';
import { limitedTo } from './support/memory-limit.ts';
import { parent } from './support/parents.ts';
import { push } from './support/push.ts';
import { startSlowAppends } from './support/slow-appends.ts';
import { inBuildFolder } from './support/starts.ts';
import { rounded } from './support/statistics.ts';
import { startWordyX } from './support/wordy-x.ts';

const { concurrency } = services.getpage;
const LIMIT_MIB = 512;
/** So many that getpage keeps the ids of as many as it ever does (functions/getpage/comparisons.ts). */
const PAGES = 1200;
const APPEND_MS = 300;

export const limit: Bench = {
  name: 'limit',
  what: `getpage in ${LIMIT_MIB} MiB: ${concurrency} pages of 1,000 friends with two-byte descriptions under way, bought and not stored`,
  run: (context) =>
    inBuildFolder((dir) =>
      onStack({}, async (on) => {
        await buildBundle(dir);
        const [x, bigquery] = [
          await startWordyX(),
          await startSlowAppends(on.stack.env.BIGQUERY_EMULATOR_HOST ?? '', APPEND_MS),
        ];
        const limited = await limitedTo(LIMIT_MIB);
        if (!limited)
          context.say('limit: no control group may be made here: the peak is compared, and nothing ends it');
        const env = { X_API_BASE_URL: x.url, BIGQUERY_EMULATOR_HOST: bigquery.url };
        const getpage = await startFunction(on, {
          ...{ name: 'limit-getpage', target: 'getpage', source: join(dir, 'index.mjs'), env },
          ...(limited && { under: limited.under }),
        });
        try {
          const pages = scaled(context, PAGES, 2 * concurrency);
          context.say(`limit: ${pages} pages`);
          const atOnce = pLimit(concurrency);
          await Promise.all(
            Array.from({ length: pages }, (_, number) => atOnce(() => scrape(getpage.port, number))),
          );
          const peak = await peakMiB(getpage.pid);
          if (peak > LIMIT_MIB) throw new Error(`getpage took ${peak} MiB`);
          return { limitMiB: limited ? LIMIT_MIB : 0, peakMiB: rounded(peak) };
        } finally {
          await getpage.stop();
          await Promise.all([x.close(), bigquery.close()]);
          await limited?.drop();
        }
      }),
    ),
};

/** The first page of a full read that checks have brought about: whom it lists is kept until the last is compared. */
async function scrape(port: number, number: number): Promise<void> {
  const nowIso = new Date().toISOString();
  const common = { runId: 'limit', job: { name: 'bench' }, dispatchedAt: nowIso, modeReason: 'keyframe' };
  const plan = { pageNumber: 1, totalPages: 5, pageSize: 1000, maxFriends: 5000 };
  const base = { dispatchId: `base/${number}`, fullReadAt: nowIso, at: nowIso };
  const ids = { dispatchId: `limit/${number}`, parent: parent(number, 5000), base };
  await push(port, 'bench-limit', { ...common, ...ids, ...plan });
}
