import { Ajv } from 'ajv';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askForAnnouncement } from '../../functions/getpage/ask-for-announcement.ts';
import { storedPageOf } from '../../functions/getpage/page-row.ts';
import { stand } from '../../infra/local/x/faults.ts';
import { RetryLater } from '../../shared/errors.ts';
import { dispatchIdOf } from '../../shared/ids.ts';
import type { Log } from '../../shared/log.ts';
import { Memory } from '../../shared/memory.ts';
import type { Announcement } from '../../shared/messages/announcement.ts';
import type { AnnouncementRequest } from '../../shared/messages/announcement-request.ts';
import { isIsoTime } from '../../shared/messages/iso-time.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { ANNOUNCEMENT } from '../../shared/messages/schemas/announcement.ts';
import { DrivenClock, settle } from '../support/driven-clock.ts';
import { until } from '../support/until.ts';
import { pageRow } from '../support/warehouse.ts';
import { type InProcess, startInProcess } from './in-process.ts';

const DISPATCHED_AT = '2026-01-15T08:00:00.000Z';
/** Of the simulator: `parent_N_F` follows F accounts. */
const idOf = (number: number, friends: number) =>
  `120${String(number).padStart(8, '0')}${String(friends).padStart(8, '0')}`;
/** So late a query shows a page. */
const LATE_MS = 60_000;

let on: InProcess;
let lateMs = 0;
beforeAll(async () => {
  on = await startInProcess(
    [
      { username: 'read', friends: 25 },
      { username: 'longer', friends: 25, saysCount: 5 },
      { username: 'hidden', friends: 5, status: 'protected' },
      { username: 'dear', friends: 900 },
    ],
    { lag: { rowMs: () => lateMs, columnMs: 0 } },
  );
});
afterAll(() => on.close());
beforeEach(() => {
  lateMs = 0;
  on.pages();
  on.ends();
  on.requests();
  on.announcements();
});

let messages = 0;
const deliver = (service: 'pagedispatch' | 'getpage', message: object, settings = {}) =>
  on.instance(service, settings)({ ...message, messageId: `message ${++messages}` });
const request = (runId: string, parents: unknown[], more: object = {}) => ({
  ...{ job: { name: 'events' }, runId, dispatchedAt: DISPATCHED_AT, parents, pageSize: 10 },
  ...{ chunk: { index: 0, of: 1 }, ...more },
});

/** Delivers the request, and the pages that are published for it; returns which ends were asked for. */
async function read(runId: string, parents: unknown[], more: object = {}): Promise<AnnouncementRequest[]> {
  await deliver('pagedispatch', request(runId, parents, more));
  const fetch = on.instance('getpage');
  for (const page of on.pages()) await fetch({ ...page, messageId: `message ${++messages}` });
  return on.ends();
}

/** Delivers what asks for announcements; returns what others are told. */
async function told(ends: AnnouncementRequest[], settings = {}): Promise<Announcement[]> {
  for (const end of ends) expect(await deliver('getpage', end, settings)).toBe('announced');
  return on.announcements();
}

const ofRun = (runId: string, username: string) => ({
  ...{
    runId,
    dispatchId: dispatchIdOf(runId, username),
    dispatchedAt: DISPATCHED_AT,
    job: { name: 'events' },
  },
  parent: { id: expect.stringMatching(/^\d+$/), username },
  ...{ mode: 'full', followed: 0, reappeared: 0, noLongerListed: 0, withheld: 0 },
});

describe('a list that has ended', () => {
  test('is announced as the views show it', async () => {
    const ends = await read('whole', ['read']);
    expect(ends).toHaveLength(1);
    expect(await told(ends)).toEqual([
      { ...ofRun('whole', 'read'), state: 'complete', friendsListed: 25, costUsd: 0.26 },
    ]);
  });

  test('is announced by a message of the schema that is published', async () => {
    const [said] = await told(await read('schema', ['read']));
    const ajv = new Ajv({ strict: true });
    ajv.addFormat('date-time', { validate: isIsoTime });
    expect(ajv.validate(ANNOUNCEMENT, said)).toBe(true);
    expect(ajv.validate(ANNOUNCEMENT, { ...said, state: 'running' })).toBe(false);
  });

  test('is not announced before anybody can read it', async () => {
    lateMs = LATE_MS;
    const ends = await read('late', ['read']);
    expect(ends).toHaveLength(1);
    for (const end of ends) await expect(deliver('getpage', end)).rejects.toThrow(RetryLater);
    expect(on.announcements()).toEqual([]);
    on.clock.pass(LATE_MS);
    expect(await told(ends)).toMatchObject([{ state: 'complete', friendsListed: 25 }]);
  });

  test('is not announced without the pages before its end', async () => {
    await deliver('pagedispatch', request('hole', ['read']));
    const [first, second] = on.pages();
    const fetch = on.instance('getpage');
    lateMs = LATE_MS;
    await fetch({ ...first, messageId: 'hole 1' });
    lateMs = 0;
    on.simulator.faults.push(stand({ name: 'suspended', account: 'read', times: 1 }, on.clock.now()));
    await fetch({ ...second, messageId: 'hole 2' });
    const ends = on.ends();
    for (const end of ends) await expect(deliver('getpage', end)).rejects.toThrow(RetryLater);
    on.clock.pass(LATE_MS);
    const partial = { state: 'partial', reason: 'suspended', friendsListed: 10 };
    expect(await told(ends)).toMatchObject([partial]);
  });

  test('is asked for again by a page that comes again', async () => {
    await deliver('pagedispatch', request('again', ['parent_1_5']));
    const [page] = on.pages();
    await deliver('getpage', page ?? {});
    expect(on.ends()).toHaveLength(1);
    expect(await deliver('getpage', page ?? {})).toBe('already-complete');
    expect(on.ends()).toHaveLength(1);
  });

  test('is asked for once by an instance, whichever of its pages come', async () => {
    await deliver(
      'pagedispatch',
      request('fewer', [{ username: 'parent_2_5', id: idOf(2, 5), friendsCount: 25 }]),
    );
    const fetch = on.instance('getpage');
    const results = [];
    for (const page of on.pages())
      results.push(await fetch({ ...page, messageId: `fewer ${page.pageNumber}` }));
    expect(results).toEqual(['stored', 'list-ended', 'list-ended']);
    expect(on.ends()).toHaveLength(1);
  });

  test('is asked for once for each end that is found: another instance may find another', async () => {
    await deliver('pagedispatch', request('ends', ['parent_4_5']));
    const [page] = on.pages() as [PageRequest];
    const asked: unknown[] = [];
    const ports = {
      endRequests: async (ended: unknown) => void asked.push(ended),
      published: new Memory<true>({ clock: on.clock, forMs: LATE_MS, most: 9 }),
    };
    const [unavailable, last] = [
      storedPageOf(pageRow({ fetch_id: 'one', outcome: 'unavailable', reason: 'cursor_loop' })),
      storedPageOf(pageRow({ fetch_id: 'another' })),
    ];
    for (const pages of [[unavailable], [unavailable], [unavailable, last], [last, unavailable]])
      await askForAnnouncement(page, pages, ports);
    expect(asked).toHaveLength(2);
  });

  test('at a time with others is asked for together with them', async () => {
    await deliver('pagedispatch', request('together', ['parent_1_5', 'parent_2_5', 'parent_3_5']));
    const clock = new DrivenClock(on.clock.now());
    const stored: unknown[] = [];
    const fetch = on.instance('getpage', {}, ({ log }) => {
      const info = (_: object, what: string) => what === 'page stored' && stored.push(what);
      return { clock, log: { ...log, info } as Log };
    });
    const [first, ...others] = on.pages().map((page) => ({ ...page, messageId: page.dispatchId }));
    await fetch(first as (typeof others)[number]);
    expect(on.ends()).toMatchObject([{ dispatches: [{ parent: { username: 'parent_1_5' } }] }]);
    const fetched = others.map(fetch);
    await until('the others are stored', async () => stored.length === 3);
    await settle();
    expect(on.ends()).toEqual([]);
    await clock.advance(1000);
    await Promise.all(fetched);
    const [asked, ...more] = on.ends();
    expect(more).toEqual([]);
    expect(asked?.dispatches.map(({ parent }) => parent.username).sort()).toEqual([
      'parent_2_5',
      'parent_3_5',
    ]);
  });

  test('is announced while X refuses everything, and while its run is stopped', async () => {
    const ends = await read('closed', ['read']);
    const getpage = on.instance('getpage', {}, (wiring) => ({
      gateOf: (endpoint) => ({
        ...wiring.gateOf(endpoint),
        assertOpen: () => {
          throw new RetryLater('closed');
        },
      }),
      stops: { ...wiring.stops, assertGoes: () => Promise.reject(new RetryLater('stopped')) },
    }));
    for (const end of ends) expect(await getpage({ ...end, messageId: 'closed end' })).toBe('announced');
    expect(on.announcements()).toHaveLength(1);
  });
});

describe('a parent that is not paged', () => {
  test('is announced with the reason', async () => {
    const [ends, ...others] = await read('not paged', ['hidden', 'nobody_at_all', 'dear', 'read'], {
      maxCostUsd: 0.5,
    });
    expect(others).toHaveLength(1);
    const said = await told([ends as AnnouncementRequest]);
    const of = (name: string) => said.find(({ parent }) => parent.username === name);
    expect(of('hidden')).toMatchObject({ state: 'unavailable', friendsListed: 0, costUsd: 0.01 });
    expect(of('nobody_at_all')).toMatchObject({
      state: 'unavailable',
      parent: { username: 'nobody_at_all' },
    });
    expect(of('dear')).toMatchObject({ state: 'over_budget', reason: expect.stringContaining('maxCostUsd') });
    expect(said).toHaveLength(3);
  });

  test('is announced again where its request comes again: nobody knows whether it was', async () => {
    const planned = { ...request('twice', ['hidden', 'read']), messageId: 'twice' };
    await on.instance('pagedispatch')(planned);
    expect(on.ends()).toHaveLength(1);
    for (const page of on.pages()) await deliver('getpage', page);
    on.ends();
    await on.instance('pagedispatch')(planned);
    const [ends] = on.ends();
    expect(ends?.dispatches.map(({ parent, isOver }) => [parent.username, isOver])).toEqual([
      ['hidden', false],
      ['read', true],
    ]);
    expect(await told(ends ? [ends] : [])).toMatchObject([{ state: 'unavailable' }, { state: 'complete' }]);
  });

  test('further, for want of money, is announced with the pages that it has', async () => {
    lateMs = LATE_MS;
    await read('no room', ['longer'], { maxCostUsd: 0.2 });
    const [goesOn] = on.requests();
    await deliver('pagedispatch', goesOn ?? {});
    const ends = on.ends();
    expect(ends).toMatchObject([{ dispatches: [{ isOver: false, pages: 1 }] }]);
    for (const end of ends) await expect(deliver('getpage', end)).rejects.toThrow(RetryLater);
    on.clock.pass(LATE_MS);
    const reason = expect.stringContaining('goes on after page 1');
    expect(await told(ends)).toMatchObject([{ state: 'partial', reason, friendsListed: 10 }]);
  });

  test('of which more came meanwhile, is left to whoever ends it', async () => {
    await read('found room', ['longer'], { maxCostUsd: 0.2 });
    const [goesOn] = on.requests();
    await deliver('pagedispatch', goesOn ?? {});
    const ends = on.ends();
    await deliver('pagedispatch', request('found room', ['longer']));
    expect(await told(ends)).toEqual([]);
  });

  test('and is forgotten, is not announced', async () => {
    const ends = await read('forgotten', ['parent_3_5']);
    await on.append('forgotten_accounts', { id: idOf(3, 5), username: null, forgotten_at: DISPATCHED_AT });
    expect(await told(ends)).toEqual([]);
  });
});
