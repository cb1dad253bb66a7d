import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startX } from '../../infra/local/x/server.ts';
import { dodo, dodoJson, emptyDir } from './dodo.ts';

/** Stands where the real X would: the command is told its address as the one of X, and a token. */
let x: Awaited<ReturnType<typeof startX>>;
let cwd: string;
const TOKEN = 'a-token-that-nobody-may-see';

beforeAll(async () => {
  [x, cwd] = await Promise.all([startX(), emptyDir()]);
  await writeFile(join(cwd, '.env'), `X_BEARER_TOKEN=${TOKEN}\nX_API_BASE_URL=${x.url}\nPAGE_SIZE=200\n`);
});
afterAll(async () => {
  await x.close();
  await rm(cwd, { recursive: true, force: true });
});

describe('npm start -- PARENT…, with a token in .env', () => {
  test('learns the price, shows it, and scrapes the lists into a folder of their own; nothing is asked twice', async () => {
    const { code, out, err } = await dodo(['demo', 'sunita_rao', '@theo_vandijk', 'protected_one'], { cwd });
    expect({ code, err: err.replace(/^run .*\n/gm, '') }).toEqual({ code: 0, err: '' });
    expect(out).toContain('X is asked for 3 accounts, to learn the price: at most $0.03.');
    expect(out).toMatch(/@sunita_rao +231 friends, \$2\.31/);
    expect(out).toMatch(/@theo_vandijk +540 friends, \$5\.40/);
    expect(out).toMatch(/@protected_one +unavailable: protected/);
    expect(out).toMatch(
      /5 of 5 pages, 3 of 3 parents ended\nplanned \$7\.72, spent \$7\.74; the data lies in \.dodo\/real/,
    );
    expect(out).toMatch(/The report over 3 dispatches of 3 parents is in .*real\/report\.html/);
    expect(x.simulator.calls.byEndpoint).toEqual({ 'users/by': 1, 'users/:id/following': 5 });

    const data = join(cwd, '.dodo', 'real');
    const rows = await dodoJson(
      [
        'query',
        'SELECT parent_username, state, friends_listed FROM dispatch_progress ORDER BY parent_username',
      ],
      { data },
    );
    expect(rows).toEqual([
      { parent_username: 'protected_one', state: 'unavailable', friends_listed: 0 },
      { parent_username: 'sunita_rao', state: 'complete', friends_listed: 231 },
      { parent_username: 'theo_vandijk', state: 'complete', friends_listed: 540 },
    ]);
    expect(await dodoJson(['estimate', 'sunita_rao'], { data })).toMatchObject({ x: 'real', costUsd: 2.32 });
  });

  test('with --max-cost buys no list that does not fit', async () => {
    const { code, out } = await dodo(['demo', 'ewan_mcallister', 'beatriz_souza', '--max-cost', '1'], {
      cwd,
    });
    expect(code).toBe(0);
    expect(out).toMatch(/@ewan_mcallister .* complete .* 87 /);
    expect(out).toMatch(/@beatriz_souza .* over_budget/);
    expect(out).toContain('1 of 1 page, 2 of 2 parents ended');
  });

  test('keeps to the folder of the real X: the simulator is not let in there, nor the real X into its own', async () => {
    const data = join(cwd, '.dodo', 'real');
    for (const args of [['demo'], ['local']]) {
      const { code, err } = await dodo(args, { data });
      expect({ code, err }).toMatchObject({
        code: 1,
        err: expect.stringMatching(/the data in .* is of the real X\. Add --real-x/),
      });
    }
    const simulated = await emptyDir();
    await writeFile(join(simulated, 'x.json'), '{}');
    const { code, err } = await dodo(['demo', 'sunita_rao'], { cwd, data: simulated });
    await rm(simulated, { recursive: true });
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/is of the simulated X/) });
  });
});

test('where X is not on this machine, not even a look-up is paid for unless somebody says yes', async () => {
  const data = await emptyDir();
  const env = { X_API_BASE_URL: 'https://api.x.com', X_BEARER_TOKEN: TOKEN };
  const asked = await dodo(['demo', 'sunita_rao'], { data, env });
  expect(asked).toMatchObject({
    code: 2,
    err: 'dodo: X is asked for 1 account, to learn the price: at most $0.01. There is no terminal to ask at: add --yes where that is meant.\n',
  });
  const rows = await dodoJson(['query', 'SELECT run_id FROM dispatches'], { data });
  expect(rows).toEqual([]);
  await rm(data, { recursive: true });
});

test('the token reaches neither the output nor a file of the stack', async () => {
  const folder = join(cwd, '.dodo', 'real');
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile());
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const content = await readFile(join(file.parentPath, file.name));
    expect(content.includes(TOKEN), file.name).toBe(false);
  }
});
