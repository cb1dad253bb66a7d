import { pagesOfDispatchSql } from '../../shared/warehouse/completed-scrapes.ts';
import { quotedDataset } from '../../shared/warehouse/query.ts';
import { startUnrulyProxy, type UnrulyProxy } from '../support/unruly-proxy.ts';
import { type Bench, scaled } from './bench.ts';
import { onStack, pagesPerSecond, setLatency } from './support/load.ts';
import { pagesOf, parentsOf } from './support/parents.ts';
import { rounded } from './support/statistics.ts';

const PARENTS = 1000;
const LATENCY_MS = 200;

export const calls: Bench = {
  name: 'calls',
  what: 'calls of getpage to BigQuery per page, under the load of endtoend at 200 ms',
  run: async (context) => {
    const counted = { lookups: 0, inserts: 0 };
    let proxy: UnrulyProxy | undefined;
    const through = async (env: Record<string, string>) => {
      proxy = await startUnrulyProxy(env.BIGQUERY_EMULATOR_HOST ?? '');
      const lookup = pagesOfDispatchSql(quotedDataset('dodo'));
      proxy.decide = ({ path, json }) => {
        if (path.endsWith('/completed_scrapes/insertAll')) counted.inserts++;
        if ((json as { query?: string } | undefined)?.query === lookup) counted.lookups++;
        return 'passes';
      };
      return { ...env, BIGQUERY_EMULATOR_HOST: proxy.url };
    };
    try {
      return await onStack({ through, settings: { BIGQUERY_DATASET: 'dodo' } }, async (on) => {
        const parents = parentsOf(scaled(context, PARENTS, 20));
        context.say(`calls: ${pagesOf(parents)} pages`);
        await setLatency(on, LATENCY_MS);
        await pagesPerSecond(on, parents);
        if (counted.lookups === 0) throw new Error('no look-up of getpage was seen');
        const perPage = (count: number) => rounded(count / pagesOf(parents), 3);
        return { lookupsPerPage: perPage(counted.lookups), insertsPerPage: perPage(counted.inserts) };
      });
    } finally {
      await proxy?.close();
    }
  },
};
