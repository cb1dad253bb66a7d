import { describe, expect, it } from 'vitest';
import { eventually } from '../contract/support/eventually.ts';
import { dataFile, standInProcess } from './support/process.ts';

describe.each(['pubsub', 'bigquery', 'x'] as const)('the process of %s', (name) => {
  const start = async () => {
    const file = await dataFile('data');
    return standInProcess(name, '--data', file, ...(name === 'bigquery' ? ['--project', 'p'] : []));
  };

  it('says where it listens, and ends on SIGTERM', async () => {
    const { port, printed, end } = await start();
    await eventually(() => printed).toEqual([{ severity: 'INFO', message: `${name} listening`, port }]);
    expect(await end('SIGTERM')).toEqual([0, null]);
  });

  it('never outlives its parent', async () => {
    const { child, ended } = await start();
    child.disconnect();
    expect(await ended).toEqual([0, null]);
  });
});
