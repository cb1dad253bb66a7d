import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBigQuery } from '../../infra/local/bigquery/start.ts';
import { ROOT } from '../../infra/local/process.ts';
import { systemEnvironment } from '../../shared/config.ts';
import { startAnalysingProxy } from './analysing-proxy.ts';
import { startZetaSql, type ZetaSql } from './zetasql.ts';

const PROJECT = 'acme-12c1';
let zetasql: ZetaSql;
let server: Awaited<ReturnType<typeof startBigQuery>>;
let proxy: Awaited<ReturnType<typeof startAnalysingProxy>>;
beforeAll(async () => {
  zetasql = await startZetaSql();
  server = await startBigQuery({ file: ':memory:', project: PROJECT });
  proxy = await startAnalysingProxy(server.url, PROJECT, zetasql);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
  await zetasql.stop();
});

/** The contract suite, asked of the stand-in with the analyzer before it. Resolves to what it printed, where it failed. */
function contractSuite(): Promise<string> {
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'contract',
    '--reporter',
    'dot',
    'test/contract/bigquery',
  ];
  const env = { ...systemEnvironment(), BIGQUERY_EMULATOR_HOST: proxy.url, GOOGLE_CLOUD_PROJECT: PROJECT };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT, env, maxBuffer: 1e8 }, (error, stdout) =>
      resolve(error ? stdout : ''),
    );
  });
}

test('what the contract suite sends and the stand-in takes, Google takes too', {
  timeout: 300_000,
}, async () => {
  expect(await contractSuite()).toBe('');
  expect(proxy.disagreements).toEqual([]);
  expect(new Set(proxy.analysed).size).toBeGreaterThan(250);
});
