import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cloudLines } from '../../../infra/cli/run/cloud-lines.ts';
import { runLogOf } from '../../../infra/cli/run/run-log.ts';
import { localLines } from '../../../infra/cli/run/service-lines.ts';
import { RetryLater } from '../../../shared/errors.ts';

const RUN = 'run-1';
const UNTIL = Date.UTC(2026, 0, 15, 12, 30);

/** As functions-framework prints it: the error's stack. */
const retryLine = (dispatchId: string | undefined, why: string, untilMs?: number) =>
  new RetryLater(why, { ...(untilMs && { untilMs }), cause: 'rate-limited' }).with({ runId: RUN, dispatchId })
    .stack ?? '';
const infoLine = (dispatchId: string, message: string) => JSON.stringify({ runId: RUN, dispatchId, message });

/** What is read in the logs of a stack of which one service has printed these lines. */
async function logged(service: string, lines: string[]) {
  const dir = await mkdtemp(join(tmpdir(), 'dodo-logs-'));
  await writeFile(join(dir, `${service}.log`), `${lines.join('\n')}\n`);
  const read = await localLines(dir, RUN);
  await rm(dir, { recursive: true });
  return runLogOf(read);
}

describe('what a run waits for, by the logs of a local stack', () => {
  test('is the newest line of each dispatch, where that is a RetryLater', async () => {
    const getpage = [
      'a warning of Node that mentions run-1 and is no JSON',
      infoLine('d1', 'page stored'),
      retryLine('d1', 'the page before it is not stored yet'),
      retryLine('d2', 'the gate to X (following) is closed', UNTIL),
      retryLine('d1', 'the gate to X (following) is closed', UNTIL),
      infoLine('d2', 'page stored'),
      JSON.stringify({ runId: 'another run-1', dispatchId: 'd2', message: 'retry later: not ours' }),
    ];
    const until = new Date(UNTIL).toISOString();
    const closed = { why: 'the gate to X (following) is closed', until, cause: 'rate-limited', remedy: null };
    const dispatches = new Map([['d1', closed]]);
    expect(await logged('getpage', getpage)).toEqual({ dispatches, planning: null });
  });

  test('tells what planning waits for', async () => {
    const split = JSON.stringify({ runId: RUN, parents: 40, message: 'request split into chunks' });
    const pagedispatch = [split, retryLine(undefined, 'X: HTTP 402', UNTIL)];
    const log = await logged('pagedispatch', pagedispatch);
    expect(log).toMatchObject({ planning: { why: 'X: HTTP 402' } });
  });

  test('is nothing where there is no log', async () => {
    expect(await localLines('/nonexistent', RUN)).toEqual([]);
  });
});

describe('what a run waits for, by Cloud Logging', () => {
  test('is asked for with one request for the entries of the three services about the run, newest first', async () => {
    const asked: unknown[] = [];
    const auth = {
      request: async (options: unknown) => {
        asked.push(options);
        const jsonPayload = JSON.parse(retryLine('d1', 'paced', UNTIL));
        const entry = { jsonPayload, resource: { labels: { service_name: 'getpage' } } };
        return { data: { entries: [entry, { textPayload: 'no JSON' }] } };
      },
    } as unknown as Parameters<typeof cloudLines>[2];
    expect(await cloudLines('my-project', 'a "run"', auth)).toEqual([]);
    expect(await cloudLines('my-project', RUN, auth)).toMatchObject([
      { service: 'getpage', dispatchId: 'd1', message: 'retry later: paced' },
    ]);
    expect(asked[0]).toMatchObject({
      url: 'https://logging.googleapis.com/v2/entries:list',
      method: 'POST',
      data: {
        resourceNames: ['projects/my-project'],
        filter:
          'resource.type="cloud_run_revision" AND resource.labels.service_name=("pagedispatch" OR "getpage" OR "getmetadata") AND jsonPayload.runId="a \\"run\\""',
        orderBy: 'timestamp desc',
      },
    });
  });
});
