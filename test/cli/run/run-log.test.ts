import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { closedGatesOf } from '../../../infra/cli/run/closed-gates.ts';
import { cloudGateLines, cloudLines } from '../../../infra/cli/run/cloud-lines.ts';
import { runLogOf } from '../../../infra/cli/run/run-log.ts';
import { allLocalLines, localLines } from '../../../infra/cli/run/service-lines.ts';
import { gateText } from '../../../infra/cli/run/waiting-text.ts';
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

describe('the gates that are closed', () => {
  const gateLine = (endpoint: string, cause: string, untilMs: number) =>
    new RetryLater(`the gate to X (${endpoint}) is closed`, { endpoint, cause, untilMs }).stack ?? '';

  test('are those whose newest line says until when, and that time is to come; with what ends them', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'dodo-logs-'));
    const [pages, names] = [
      [
        gateLine('following', 'credits-exhausted', UNTIL + 3_600_000),
        gateLine('following', 'rate-limited', UNTIL),
        new RetryLater('no turn', { endpoint: 'following', cause: 'paced', untilMs: UNTIL + 1 }).stack,
        new RetryLater('pages cannot be stored', { gate: 'warehouse', untilMs: UNTIL }).stack,
      ],
      [
        JSON.stringify({ endpoint: 'users-by-username', cause: 'credits-exhausted', until: new Date(UNTIL) }),
        gateLine('users-by-id', 'rate-limited', UNTIL - 60_000),
      ],
    ];
    await writeFile(join(dir, 'getpage.log'), pages.join('\n'));
    await writeFile(join(dir, 'pagedispatch.log'), names.join('\n'));
    const lines = await allLocalLines(dir);
    await rm(dir, { recursive: true });
    const nowMs = UNTIL - 27_000;
    expect(
      closedGatesOf(lines, nowMs)
        .map((gate) => gateText(gate, nowMs))
        .sort(),
    ).toEqual([
      'storing pages waits: BigQuery does not take them, until 2026-01-15 12:30 UTC, in 27 s',
      'the gate to X (following) is closed: rate-limited, until 2026-01-15 12:30 UTC, in 27 s',
      'the gate to X (users-by-username) is closed: credits-exhausted, until 2026-01-15 12:30 UTC, in 27 s (needs you: buy credits in the console of X)',
    ]);
  });

  test('are asked of Cloud Logging with one request, for lines of the last half hour', async () => {
    const asked: { data: { filter: string } }[] = [];
    const jsonPayload = JSON.parse(gateLine('following', 'rate-limited', UNTIL));
    const auth = {
      request: async (options: { data: { filter: string } }) => {
        asked.push(options);
        return { data: { entries: [{ jsonPayload }, { textPayload: 'no JSON' }] } };
      },
    } as unknown as Parameters<typeof cloudGateLines>[2];
    const lines = await cloudGateLines('my-project', UNTIL, auth);
    expect(closedGatesOf(lines, UNTIL - 1)).toMatchObject([{ gate: 'following', cause: 'rate-limited' }]);
    expect(asked.map(({ data }) => data.filter)).toEqual([
      expect.stringMatching(/ AND jsonPayload\.until:\* AND timestamp>="2026-01-15T12:00:00\.000Z"$/),
    ]);
  });
});
