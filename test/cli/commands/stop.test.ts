import { afterAll, describe, expect, test } from 'vitest';
import { startTestStack } from '../../support/stack.ts';
import { until } from '../../support/until.ts';
import { plan } from '../../views/rows.ts';
import { dodo, dodoJson } from '../support/dodo.ts';
import { history, openWarehouse } from '../support/history.ts';

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
  test('what is dispatched while all is stopped waits, X is asked for nothing, and status says why', async () => {
    const on = await startTestStack();
    try {
      await dodo(['stop'], { data: on.dir });
      const { runId } = await dodoJson<{ runId: string }>(['dispatch', 'parent_1_30'], { data: on.dir });
      type Status = { planningWaits: { cause: string } | null; stopped: { run: string | null } };
      const waiting = await until('planning waits', async () => {
        const status = await dodoJson<Status>(['status', runId], { data: on.dir });
        return status.planningWaits !== null && status;
      });
      expect(waiting).toMatchObject({ planningWaits: { cause: 'stopped' }, stopped: { run: null } });
      expect(await on.sim('calls')).toMatchObject({ total: 0 });
    } finally {
      await on.stop();
    }
  });
});
