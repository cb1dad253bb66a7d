import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MESSAGE_BYTES, newRequest, requestsOf } from '../../../infra/cli/plan/requests.ts';
import { WrongUsage } from '../../../infra/cli/terminal/errors.ts';
import { MAX_PARENTS } from '../../../shared/messages/schemas/dispatch-request.ts';

const request = (parents: { username: string }[]) => ({
  job: { name: 'j' },
  parents,
  runId: 'run',
  dispatchedAt: '2026-01-01T00:00:00Z',
});

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

test.each([
  ['an empty job name', { job: '' }, {}, /job\/name must NOT have fewer than 1 characters/],
  [
    'a job name of 250 characters',
    { job: 'j'.repeat(250) },
    {},
    /job\/name must NOT have more than 200 characters/,
  ],
  ['metadata that is too long', { job: 'j' }, { note: 'n'.repeat(5000) }, /parents\/0 has \d+ bytes/],
])('a run with %s is refused before anything is published', (_, options, metadata, says) => {
  const make = () => newRequest({ parents: [{ username: 'a', ...metadata }], notes: [] }, options, 0);
  expect(make).toThrow(WrongUsage);
  expect(make).toThrow(says);
});

describe('a request', () => {
  test('that fits is one message, as it is', () => {
    const given = request([{ username: 'a' }]);
    expect(requestsOf(given)).toEqual([given]);
  });

  test('is whole one byte below the limit, and two at it', () => {
    const given = request([{ username: 'a' }, { username: 'b' }]);
    expect(requestsOf(given, bytes(given) + 1)).toEqual([given]);
    expect(requestsOf(given, bytes(given))).toHaveLength(2);
  });

  test('that is too long is several of the same run: each fits, none loses or doubles a parent', () => {
    const parent = fc.record({
      username: fc.string({ maxLength: 15 }),
      name: fc.string({ unit: 'grapheme' }),
    });
    fc.assert(
      fc.property(
        fc.array(parent, { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 500, max: 3000 }),
        (parents, most) => {
          const given = request(parents);
          const requests = requestsOf(given, most);
          expect(requests.flatMap((each) => each.parents)).toEqual(parents);
          for (const each of requests) {
            expect({ ...each, parents: [] }).toEqual({ ...given, parents: [] });
            expect(bytes(each)).toBeLessThan(most);
          }
          if (bytes(given) < most) expect(requests).toHaveLength(1);
        },
      ),
    );
  });

  test('of more parents than a request may have is several too', () => {
    const parents = Array.from({ length: MAX_PARENTS + 1 }, (_, index) => ({ username: `u${index}` }));
    expect(bytes(request(parents))).toBeLessThan(MESSAGE_BYTES);
    expect(requestsOf(request(parents)).map((each) => each.parents.length)).toEqual([MAX_PARENTS, 1]);
  });
});
