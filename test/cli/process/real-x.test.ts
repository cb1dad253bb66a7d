import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startX } from '../../../infra/local/x/server.ts';
import { dodo, dodoJson } from '../support/dodo.ts';
import { dodoProcess, emptyDir } from '../support/process.ts';

const TOKEN = 'a-token-that-nobody-may-see';

/** Stands where the real X would: the command is told its address as the one of X, and a token. */
const [x, cwd] = await Promise.all([startX(), emptyDir()]);
const data = join(cwd, '.dodo', 'real');
const env = { X_BEARER_TOKEN: TOKEN, X_API_BASE_URL: x.url, PAGE_SIZE: '200' };
const settings = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
await writeFile(join(cwd, '.env'), settings.join(''));
afterAll(async () => {
  await x.close();
  await rm(cwd, { recursive: true, force: true });
});

test('npm start -- PARENT… learns the price, shows it, and scrapes the lists into a folder of their own; nothing is asked twice', async () => {
  const parents = ['sunita_rao', '@theo_vandijk', 'protected_one'];
  const { code, out, err } = await dodoProcess(['demo', ...parents], { cwd });
  expect({ code, err: err.replace(/^run .*\n/gm, '') }).toEqual({ code: 0, err: '' });
  expect(out).toContain(`X is the one at ${x.url}, on this machine: nothing is charged.`);
  expect(out).toContain('X is asked for 3 accounts, to learn the price: at most $0.03.');
  expect(out).toMatch(/@sunita_rao +231 friends, \$2\.31/);
  expect(out).toMatch(/@theo_vandijk +540 friends, \$5\.40/);
  expect(out).toMatch(/@protected_one +unavailable: protected/);
  expect(out).toMatch(
    /5 of 5 pages, 3 of 3 parents ended\nplanned \$7\.74, committed at most \$7\.85, spent \$7\.74; the data lies in \.dodo\/real/,
  );
  expect(out).toMatch(/The report over 3 dispatches of 3 parents is in .*real\/report\.html/);
  expect(x.simulator.calls.byEndpoint).toEqual({ 'users/by': 1, 'users/:id/following': 5 });

  const states = 'SELECT parent_username, state, friends_listed FROM dispatch_progress ORDER BY 1';
  expect(await dodoJson(['query', states], { data })).toEqual([
    { parent_username: 'protected_one', state: 'unavailable', friends_listed: 0 },
    { parent_username: 'sunita_rao', state: 'complete', friends_listed: 231 },
    { parent_username: 'theo_vandijk', state: 'complete', friends_listed: 540 },
  ]);
  expect(await dodoJson(['estimate', 'sunita_rao'], { data })).toMatchObject({
    x: 'simulated',
    costUsd: 2.32,
  });
});

test('with --max-cost it buys no list that does not fit', async () => {
  const args = ['demo', 'ewan_mcallister', 'beatriz_souza', '--max-cost', '1'];
  const { code, out } = await dodo(args, { data, env });
  expect(code).toBe(0);
  expect(out).toMatch(/@ewan_mcallister .* complete .* 87 /);
  expect(out).toMatch(/@beatriz_souza .* over_budget/);
  expect(out).toContain('1 of 1 page, 2 of 2 parents ended');
});

test('no X is let into the folder of another one', async () => {
  for (const command of ['demo', 'local'])
    expect(await dodo([command], { data, env })).toMatchObject({
      code: 1,
      err: `dodo: the data in ${data} is of the X at ${x.url}. Add --real-x, or use another folder with --data.\n`,
    });
  const charged = { ...env, X_API_BASE_URL: 'https://api.x.com' };
  expect(await dodo(['demo', 'sunita_rao'], { data, env: charged })).toMatchObject({
    code: 1,
    err: `dodo: the data in ${data} is of the X at ${x.url}, and X_API_BASE_URL is https://api.x.com now. Use another folder with --data.\n`,
  });
  const simulated = join(cwd, 'simulated');
  await mkdir(simulated);
  await writeFile(join(simulated, 'x.json'), '{}');
  const { code, err } = await dodo(['demo', 'sunita_rao'], { env, data: simulated });
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/is of the simulated X/) });
});

test('where X is not on this machine, not even a look-up is paid for unless somebody says yes', async () => {
  const elsewhere = join(cwd, 'elsewhere');
  const price = 'X is asked for 1 account, to learn the price: at most $0.01.';
  const asked = await dodo(['demo', 'sunita_rao'], {
    data: elsewhere,
    env: { ...env, X_API_BASE_URL: 'https://api.x.com' },
  });
  expect(asked).toMatchObject({
    code: 2,
    err: `dodo: ${price} There is no terminal to ask at: add --yes where that is meant.\n`,
  });
  expect(asked.out).toBe('X is the real one, at https://api.x.com: what it returns is paid for.\n');
  expect(await dodoJson(['query', 'SELECT run_id FROM dispatches'], { data: elsewhere })).toEqual([]);
  await expect(readFile(join(elsewhere, 'real-x'), 'utf8')).resolves.toBe('https://api.x.com\n');
});

test('the token reaches neither the output nor a file of the stack', async () => {
  const names = await readdir(data, { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile());
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const content = await readFile(join(file.parentPath, file.name));
    expect(content.includes(TOKEN), file.name).toBe(false);
  }
});
