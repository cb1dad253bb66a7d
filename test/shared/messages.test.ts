import { describe, expect, test } from 'vitest';
import { Rejected } from '../../shared/errors.ts';
import { deliveryOf, jsonOf } from '../../shared/messages/delivery.ts';
import { decodeDispatchRequest, usableMetadata } from '../../shared/messages/dispatch-request.ts';
import { readGrandparent } from '../../shared/messages/grandparent.ts';
import { decodeMetadataRequest } from '../../shared/messages/metadata-request.ts';
import { decodePageRequest } from '../../shared/messages/page-request.ts';
import { storable } from '../../shared/messages/parts.ts';
import { DAY_MS } from '../../shared/times.ts';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const decode = (request: unknown) => decodeDispatchRequest(request, NOW);
const request = { job: { name: 'job' }, parents: ['alice'] };
/** One of a run's chunks. */
const chunk = { ...request, runId: 'r', dispatchedAt: '2026-03-01T00:00:00Z', chunk: { index: 0, of: 1 } };
const pageRequest = {
  runId: 'run',
  dispatchId: 'dispatch',
  dispatchedAt: '2026-03-01T00:00:00.000Z',
  job: { name: 'job' },
  parent: { id: '1600000000000000001', username: 'alice', friendsCount: 3 },
  pageNumber: 1,
  totalPages: 1,
  pageSize: 1000,
};

const base = { dispatchId: 'd0', fullReadAt: '2026-02-01T00:00:00.000Z', at: '2026-02-28T00:00:00.000Z' };
const checkPlan = {
  ...{ baseDispatchId: 'd0', baseCount: 300, count: 301, maxFriends: 26, depth: 'head', keyframePassed: 0.5 },
  carried: { fewer: 0, unfound: 0, more: 0, fruitless: 0 },
  answers: { suspended: [], notFound: ['7'], active: [] },
};

describe('a dispatch request', () => {
  test('names parents by username, with or without metadata, each once', () => {
    const parents = ['Alice', { username: 'bob', id: '5', friendsCount: 2, note: 'x' }, 'ALICE'];
    expect(decode({ ...request, parents }).parents).toEqual([{ username: 'Alice' }, parents[1]]);
  });

  const large = { note: 'x'.repeat(4100) };
  test.each([
    ['an unknown field', { ...request, maxCost: 5 }, /maxCost/],
    ['no parents', { ...request, parents: [] }, /parents/],
    ['a name that is none', { ...request, parents: ['alice', 'not a name'] }, /parents\/1/],
    ['a parent without a name', { ...request, parents: [{ id: '5' }] }, /username/],
    ['a run id without its time', { ...request, runId: 'r' }, /dispatchedAt/],
    ['a chunk without its run', { ...request, chunk: { index: 0, of: 1 } }, /runId|dispatchedAt/],
    ['a page size that X does not allow', { ...request, pageSize: 1001 }, /pageSize/],
    ['a time long ago', { ...request, runId: 'r', dispatchedAt: '2024-01-01T00:00:00Z' }, /year ago/],
    ['a time to come', { ...request, runId: 'r', dispatchedAt: '2026-03-03T00:00:00Z' }, /day ahead/],
    ['a time that is none', { ...request, runId: 'r', dispatchedAt: 'yesterday' }, /dispatchedAt/],
    ['no object at all', 'alice', /object/],
    ['a name of the first years alone', { ...request, parents: ['abcdefghijklmnopq'] }, /give the id/],
    ['a name longer than any', { ...request, parents: [{ username: 'a'.repeat(21), id: '5' }] }, /username/],
    ['a large grandparent', { ...request, grandparent: large }, /^grandparent has 4111 bytes/],
    [
      'a large parent',
      { ...request, parents: ['a', { username: 'b', n: 'é'.repeat(2100) }] },
      /^parents\/1 has/,
    ],
    ['a cap that is no money', { ...request, maxCostUsd: 1e30 }, /maxCostUsd/],
    ['a mode that is none', { ...request, mode: 'checks' }, /mode/],
    ['a depth of what is no check', { ...request, maxDepth: 1000 }, /maxDepth is for checks/],
    ['a keyframe of what is no check', { ...request, mode: 'full', keyframeDays: 30 }, /keyframeDays is for/],
    ['a keyframe of years', { ...request, mode: 'check', keyframeDays: 367 }, /keyframeDays must be <= 366/],
    ['a depth of nothing', { ...request, mode: 'check', maxDepth: 0 }, /maxDepth must be >= 1/],
  ])('is rejected with the reason: %s', (_what, broken, reason) => {
    expect(() => decode(broken)).toThrow(Rejected);
    expect(() => decode(broken)).toThrow(reason);
  });

  test('may ask for checks', () => {
    const checks = { ...request, mode: 'check', keyframeDays: 366, maxDepth: 100_000 };
    expect(decode(checks)).toMatchObject({ mode: 'check', keyframeDays: 366, maxDepth: 100_000 });
  });

  test('a chunk has at most 100 parents', () => {
    const parents = Array.from({ length: 101 }, (_, i) => `p${i}`);
    expect(() => decode({ ...chunk, parents })).toThrow(/at most 100/);
    expect(decode({ ...chunk, parents: parents.slice(1) }).parents).toHaveLength(100);
  });

  test('that was a year old when it was taken is taken still where its chunks have waited', () => {
    const at = (days: number) => ({ runId: 'r', dispatchedAt: new Date(NOW - days * DAY_MS).toISOString() });
    expect(decode({ ...request, ...at(366) })).toMatchObject(at(366));
    expect(() => decode({ ...request, ...at(367) })).toThrow(/year ago/);
    expect(decode({ ...chunk, ...at(366 + 31) })).toMatchObject(at(366 + 31));
    expect(() => decode({ ...chunk, ...at(366 + 33) })).toThrow(/year ago/);
  });

  test('that says that a list goes on is about one parent, of whom all is known', () => {
    const [parent, other] = [{ username: 'alice', id: '5', friendsCount: 3 }, 'bob'];
    const goesOn = {
      ...{ ...chunk, pageSize: 1000, parents: [parent] },
      continues: { dispatchId: 'd', afterPage: 1, totalPages: 1, maxFriends: 8 },
    };
    expect(decode(goesOn)).toEqual(goesOn);
    for (const parents of [['alice'], [{ username: 'alice', id: '5' }], [parent, other]])
      expect(() => decode({ ...goesOn, parents })).toThrow(/one parent, with its id/);
    for (const beyond of ['afterPage', 'totalPages', 'maxFriends'])
      expect(() => decode({ ...goesOn, continues: { ...goesOn.continues, [beyond]: 1e300 } })).toThrow(
        beyond,
      );
    const { chunk: _, ...noChunk } = goesOn;
    expect(() => decode(noChunk)).toThrow(/chunk/);
  });

  test('of up to 4,096 bytes about a parent, or the grandparent, is kept', () => {
    const parent = { username: 'abcdefghijklmnopq', id: '5', note: 'x'.repeat(4000) };
    const grandparent = { note: 'x'.repeat(4085) };
    const large = { parents: [parent], grandparent };
    expect(decode({ ...request, ...large })).toMatchObject(large);
  });

  test('malformed metadata of a parent counts as missing', () => {
    expect(usableMetadata({ username: 'a', id: '5', friendsCount: 0 })).toEqual({ id: '5', friendsCount: 0 });
    const none = [{}, { id: '5' }];
    const wrong = [5, 'x'].map((id) => ({ id, friendsCount: 1 }));
    for (const metadata of [...none, ...wrong, { id: '5', friendsCount: -1 }])
      expect(usableMetadata({ username: 'a', ...metadata })).toBeUndefined();
  });
});

describe('a page request', () => {
  test('is ours, so unknown fields are ignored', () => {
    expect(decodePageRequest({ ...pageRequest, fromTheFuture: true })).toMatchObject(pageRequest);
  });

  test('of a check carries its plan and its base', () => {
    const check = { ...pageRequest, mode: 'check', check: checkPlan, base, maxFriends: 23 };
    expect(decodePageRequest(check)).toEqual(check);
  });

  test('of before there was a bound has the one that follows from its plan', () => {
    expect(decodePageRequest(pageRequest).maxFriends).toBe(8);
    expect(decodePageRequest({ ...pageRequest, maxFriends: 3 }).maxFriends).toBe(3);
  });

  test.each([
    ['page number 0', { pageNumber: 0 }, /pageNumber/],
    ['an id that is no digits', { parent: { ...pageRequest.parent, id: 'abc' } }, /parent\/id/],
    ['an id as a number', { parent: { ...pageRequest.parent, id: 5 } }, /parent\/id/],
    ['no dispatch', { dispatchId: undefined }, /dispatchId/],
    ['a check without its plan', { mode: 'check' }, /a check has a plan/],
    ['a plan of what is no check', { check: checkPlan, base }, /nothing else has a plan/],
    ['a check without a base', { mode: 'check', check: checkPlan }, /a check has a plan and/],
    [
      'a plan that lacks something',
      { mode: 'check', base, check: { ...checkPlan, carried: {} } },
      /check\/carried/,
    ],
    // Whole numbers that no column takes: the page would be bought, and never stored.
    ['a page number beyond counting', { pageNumber: 1e300 }, /pageNumber/],
    ['a plan beyond counting', { totalPages: 2 ** 53 }, /totalPages/],
    ['a bound beyond counting', { maxFriends: 1e300 }, /maxFriends/],
    [
      'a count beyond counting',
      { parent: { ...pageRequest.parent, friendsCount: 1e19 } },
      /parent\/friendsCount/,
    ],
    ['a cap that is no money', { maxCostUsd: 1e30 }, /maxCostUsd/],
  ])('is rejected with the reason: %s', (_what, broken, reason) => {
    expect(() => decodePageRequest({ ...pageRequest, ...broken })).toThrow(reason);
  });
});

test.each([
  '2015-12-31T00:00:00Z',
  '2027-03-03T00:00:00Z',
  '9999-12-31T23:59:59-12:00',
  '0000-01-01T00:00:00Z',
])('what is asked for %s could not be stored, and is not bought', (dispatchedAt) => {
  const asked = decodePageRequest({ ...pageRequest, dispatchedAt });
  expect(() => storable(asked, NOW)).toThrow(Rejected);
  expect(() => storable(asked, NOW)).toThrow(/^BigQuery takes no rows of /);
  expect(storable(pageRequest, NOW)).toBe(pageRequest);
});

describe('a metadata request', () => {
  const metadata = {
    runId: 'r',
    dispatchId: 'd',
    dispatchedAt: pageRequest.dispatchedAt,
    job: { name: 'j' },
    reason: '',
  };

  test('asks for a name or an id, in a known role', () => {
    expect(decodeMetadataRequest({ ...metadata, role: 'grandparent', id: '5' })).toMatchObject({ id: '5' });
    expect(() => decodeMetadataRequest({ ...metadata, role: 'grandparent' })).toThrow(Rejected);
    expect(() => decodeMetadataRequest({ ...metadata, role: 'uncle', id: '5' })).toThrow(/role/);
  });

  test('that still says which fields to ask for, as earlier versions did, is read', () => {
    const old = { ...metadata, role: 'grandparent', id: '5', fields: ['id', 'username'] };
    expect(decodeMetadataRequest(old)).toMatchObject({ id: '5' });
  });
});

describe('a grandparent', () => {
  test('may be malformed: what is readable is kept, and the errors say what is not', () => {
    const whole = { id: '5', username: 'gp' };
    expect(readGrandparent(whole)).toEqual({ readable: whole, errors: [] });
    const { readable, errors } = readGrandparent({ id: 'five', username: 'gp' });
    expect(readable).toEqual({ username: 'gp' });
    expect(errors).toEqual([expect.stringMatching(/^id must match pattern/)]);
    expect(readGrandparent({}).errors).not.toHaveLength(0);
  });
});

describe('a delivery', () => {
  const message = {
    data: Buffer.from('{"a":1}').toString('base64'),
    messageId: '7',
    publishTime: '2026-03-01T06:00:01.123456Z',
    attributes: { origin: 'x' },
  };

  /** The delivery of a message with this text. */
  const of = (text: string, more: object = {}) => {
    const data = Buffer.from(text).toString('base64');
    return deliveryOf({ data: { message: { ...message, data, ...more } } }, NOW);
  };

  test('is read in the form that functions-framework makes of a push', () => {
    const source = '//pubsub.googleapis.com/projects/p/topics/getpage';
    const delivery = deliveryOf({ source, data: { message } }, NOW);
    expect(delivery).toMatchObject({ topic: 'getpage', messageId: '7', attributes: { origin: 'x' } });
    expect(new Date(delivery.publishedAtMs).toISOString()).toBe('2026-03-01T06:00:01.123Z');
    expect(jsonOf(delivery)).toEqual({ a: 1 });
  });

  test('without data arrives unconverted, and is rejected with the reason', () => {
    expect(() => jsonOf(deliveryOf({ message: { messageId: '7', attributes: {} } }, NOW))).toThrow(/no data/);
  });

  const NONE = { data: 5, attributes: 'x' };
  const ODD: [unknown][] = [[undefined], [null], ['text'], [{ data: null }], [{ data: { message: NONE } }]];
  test.each(ODD)('of any shape is read or rejected, never a crash: %j', (event) => {
    expect(() => jsonOf(deliveryOf(event, NOW))).toThrow(Rejected);
  });

  test('begins with a byte order mark, or not', () => {
    const delivery = of('\uFEFF{"a":1}');
    expect(() => jsonOf(delivery)).not.toThrow();
    expect(jsonOf(delivery)).toEqual({ a: 1 });
  });

  test('is well-formed Unicode, whatever half a character its JSON or its attributes spell', () => {
    const text = '{"job":{"name":"half \\ud83d, whole \\ud83d\\ude00"}}';
    const delivery = of(text, { attributes: { a: '\ud83d' } });
    expect(jsonOf(delivery)).toEqual({ job: { name: 'half \uFFFD, whole 😀' } });
    expect(delivery.attributes).toEqual({ a: '\uFFFD' });
  });

  test.each([
    ['is not JSON', '{', /not JSON/],
    [
      'can be read, but not written again',
      `{"parents":[${'['.repeat(1e5)}${']'.repeat(1e5)}]}`,
      /100 levels/,
    ],
  ])('that %s is rejected with the reason', (_what, text, reason) => {
    expect(() => jsonOf(of(text))).toThrow(Rejected);
    expect(() => jsonOf(of(text))).toThrow(reason);
  });

  test('nests as far as anything sensible does', () => {
    expect(jsonOf(of(`${'['.repeat(100)}${']'.repeat(100)}`))).toHaveLength(1);
  });
});
