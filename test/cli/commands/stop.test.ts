import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestStack } from '../../support/stack.ts';
import { until } from '../../support/until.ts';
import { plan } from '../../views/rows.ts';
import { dodo, dodoJson } from '../support/dodo.ts';
import { history, insertRows, openWarehouse } from '../support/history.ts';

const RUN = '0b5c1a62-7d7e-4f5e-9d43-3f1f4a3f8a11';

const warehouse = await openWarehouse();
const rows = history();
rows.dispatches.push(plan({ dispatch: 'x', parent: '9', ago: 60, run: RUN }));
await warehouse.fill(rows);
afterAll(() => warehouse.close());

const says = (...args: string[]) => dodo(args, warehouse.running);
const told = <T = Record<string, unknown>>(...args: string[]) => dodoJson<T>(args, warehouse.running);
const SINCE = '20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC';
/** The first line of what is printed. */
const top = async (...args: string[]) => (await says(...args)).out.split('\n')[0];

describe('dodo stop and dodo go', () => {
  test('all runs: status shows it above everything, with how to undo it, until it is undone', async () => {
    expect(await says('stop', '--reason', 'too dear')).toEqual({
      ...{ code: 0, err: '' },
      out: 'stopped: from a minute on nothing more is bought of any run; a page that is being bought now is stored. Messages wait for up to 31 days. Undo it: npx dodo go\n',
    });
    expect(await top('status')).toMatch(
      new RegExp(
        `^STOPPED: nothing is bought of any run since ${SINCE} \\(too dear\\)\\. Undo it: npx dodo go$`,
      ),
    );
    expect(await top('status', 'run 3')).toMatch(/^STOPPED: nothing is bought of any run/);
    expect(await told('go')).toEqual({ wasStopped: true, stopped: null });
    expect((await says('status')).out).not.toContain('STOPPED');
  });

  test('a run whose id is no word is named as a shell takes it', async () => {
    expect((await says('stop', 'run 3')).out).toMatch(/Undo it: npx dodo go 'run 3'\n$/);
    expect(await told('go', 'run 3')).toEqual({ wasStopped: true, stopped: null });
  });

  test('one run by a short id, and no other', async () => {
    expect((await says('stop', RUN.slice(0, 8))).out).toMatch(
      new RegExp(
        `^stopped: from a minute on nothing more is bought for run ${RUN}; .*Undo it: npx dodo go ${RUN}\\n$`,
      ),
    );
    const runs = await told<{ run_id: string; stopped: { run: string } | null }[]>('status');
    expect(
      runs.filter(({ stopped }) => stopped).map(({ run_id, stopped }) => [run_id, stopped?.run]),
    ).toEqual([[RUN, RUN]]);
    expect(await top('status', RUN.slice(0, 8))).toMatch(
      new RegExp(`^STOPPED: .* Undo it: npx dodo go ${RUN}$`),
    );
    expect((await says('status', 'run 3')).out).not.toContain('STOPPED');
  });

  test('a stop of all and one of a run are undone each by itself, and what is left is told', async () => {
    await says('stop');
    expect((await says('go', RUN.slice(0, 8))).out).toMatch(
      new RegExp(
        `^the stop for run ${RUN} is undone\\.\\nSTOPPED: nothing is bought of any run .*npx dodo go\\n$`,
      ),
    );
    await says('stop', RUN);
    expect((await says('go')).out).toMatch(
      new RegExp(`^it goes on: .*\\nSTOPPED: nothing is bought for run ${RUN} .*npx dodo go ${RUN}\\n$`),
    );
    expect((await says('go', RUN)).out).toBe('it goes on: what waits comes again within ten minutes.\n');
    expect((await says('go')).out).toBe('nothing to undo: all runs were not stopped.\n');
  });

  test('the newest word counts, also where the clock of who said the one before is ahead', async () => {
    await warehouse.select(
      "INSERT INTO stops (run_id, is_stopped, said_at) VALUES (NULL, TRUE, TIMESTAMP '2099-01-01')",
    );
    expect(await told('go')).toEqual({ wasStopped: true, stopped: null });
    expect((await says('status')).out).not.toContain('STOPPED');
  });

  test('a run of which nothing is planned yet is stopped too, and goes on by a short id', async () => {
    const { out, err } = await says('stop', 'later-run');
    expect(err).toBe('nothing is planned of a run later-run yet: is that its id?\n');
    expect(out).toContain('npx dodo go later-run');
    expect((await says('stop', 'later-run')).out).toMatch(
      /^it was stopped before\.\nSTOPPED: .*later-run since/,
    );
    expect(await told('go', 'later')).toEqual({ wasStopped: true, stopped: null });
  });
});

describe('beside a stack', () => {
  let on: Awaited<ReturnType<typeof startTestStack>>;
  beforeAll(async () => {
    on = await startTestStack();
    await insertRows(on.bigquery, on.stack.config.BIGQUERY_DATASET, rows);
    await dodo(['stop'], { data: on.dir });
  });
  afterAll(() => on.stop());
  const run = (args: string, input?: string) => dodo(args.split(' '), { data: on.dir, input });
  const json = <T = Record<string, unknown>>(args: string) => dodoJson<T>(args.split(' '), { data: on.dir });
  /** What it says is stopped. */
  const stopped = async (args: string, input?: string) =>
    (await run(args, input)).out.match(/^STOPPED: nothing is bought (.*?)(?: since .*)?\. Undo it/gm) ?? [];
  const message = (runId: string) =>
    JSON.stringify({
      ...{ job: { name: 'j' }, parents: ['parent9'] },
      ...{ runId, dispatchedAt: new Date(Date.now() - 3_600_000).toISOString() },
    });

  test('what is dispatched while all is stopped waits, X is asked for nothing, and status says why', async () => {
    const { runId } = await json<{ runId: string }>('dispatch parent_1_30');
    type Status = { planningWaits: { cause: string } | null; stopped: { run: string | null } };
    const waiting = await until('planning waits', async () => {
      const status = await json<Status>(`status ${runId}`);
      return status.planningWaits !== null && status;
    });
    expect(waiting).toMatchObject({ planningWaits: { cause: 'stopped' }, stopped: { run: null } });
    expect(await on.sim('calls')).toMatchObject({ total: 0 });
  });

  const COMMANDS: [args: string, input?: string][] = [
    ['estimate parent_1_30'],
    ['dispatch parent_1_30'],
    ['dispatch --message -', message(RUN)],
    [`republish ${RUN}`],
    ['confirm'],
  ];

  test.each(COMMANDS)(
    'dodo %s says that nothing is bought while all is stopped, and what ends that',
    async (args, input) => {
      const { code, out } = await run(args, input);
      expect(code).toBe(0);
      expect(out.split('\n')[0]).toMatch(
        new RegExp(
          `^STOPPED: nothing is bought of any run since ${SINCE}\\. Undo it: npx dodo go --data \\S+$`,
        ),
      );
      if (input === undefined) expect(await json(args)).toMatchObject({ stopped: { run: null } });
    },
  );

  test('and where one run is stopped, it says so of that alone', async () => {
    await run('go');
    for (const [args, input] of COMMANDS) expect(await stopped(args, input)).toEqual([]);
    await run(`stop ${RUN}`);
    expect(await stopped('estimate parent_1_30')).toEqual([]);
    expect(await stopped('dispatch parent_1_30')).toEqual([]);
    expect(await stopped('confirm')).toEqual([]);
    const ofRun = [expect.stringContaining(`for run ${RUN}`)];
    expect(await stopped(`republish ${RUN}`)).toEqual(ofRun);
    expect(await stopped('dispatch --message -', message(RUN))).toEqual(ofRun);
    expect(await json(`republish ${RUN}`)).toMatchObject({ stopped: { run: RUN } });
    await run('stop other');
    const both = await run('dispatch --message -', `${message(RUN)}\n${message('other')}`);
    expect(both.out.split('\n')[0]).toMatch(
      new RegExp(
        `^STOPPED: nothing is bought for 2 of these runs \\(${RUN}, other\\)\\. .*: npx dodo go RUN --data`,
      ),
    );
  });
});
