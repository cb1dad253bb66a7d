import { beforeEach, describe, expect, it } from 'vitest';
import { pageOutcome } from '../../../shared/x/outcome.ts';
import { createRefusals, type Refusals, refusedPage } from '../../../shared/x/refusals.ts';
import type { PageAnswer, Wait } from '../../../shared/x/types.ts';
import { DrivenClock } from '../../support/driven-clock.ts';
import * as bodies from './bodies.ts';
import { ID, user } from './bodies.ts';

const WINDOW_MS = 900_000;

let clock: DrivenClock;
let refusals: Refusals;
beforeEach(() => {
  clock = new DrivenClock();
  refusals = createRefusals(clock);
});

/** What an answer of X to the page comes to, by our clock. */
function answered(status: number, body: unknown, page = 'd/1'): PageAnswer | Wait {
  const asked = { id: ID, paginationToken: null, now: clock.now() };
  const result = { status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) };
  return refusals.weigh(page, { answer: pageOutcome(result, asked), rate: null }, refusedPage).answer;
}
const refused = (page?: string) => answered(403, { errors: [{ message: 'Not so', code: 467 }] }, page);
const unreadable = (page?: string) => answered(200, '{"data":[', page);
const away = () => answered(503, bodies.serviceUnavailable);
const good = () => answered(200, { data: [user('12')], meta: { result_count: 1 } });

const WAITS = { kind: 'wait', alert: true };
const GIVEN_UP = { kind: 'unavailable', reason: 'refused' };

describe('a page that X refuses in words that say nothing of it', () => {
  it('waits three windows, and then is refused in those words', async () => {
    for (let window = 1; window <= 3; window++) {
      expect(refused()).toMatchObject({ ...WAITS, closeUntilMs: clock.now() + WINDOW_MS });
      await clock.advance(WINDOW_MS);
    }
    expect(refused()).toEqual({
      ...GIVEN_UP,
      detail: 'HTTP 403: Not so (code 467)',
      problems: [{ source: 'x', message: 'Not so', code: 467 }],
    });
  });

  it('is not refused earlier because more answers came within one window', async () => {
    for (let answer = 0; answer < 9; answer++) {
      expect(refused()).toMatchObject(WAITS);
      await clock.advance(WINDOW_MS / 3);
    }
    expect(refused()).toMatchObject(GIVEN_UP);
  });

  it('is counted for itself: others begin anew, and so does it after an answer', async () => {
    for (let window = 0; window < 3; window++) {
      refused();
      await clock.advance(WINDOW_MS);
    }
    expect(refused('d/2')).toMatchObject(WAITS);
    expect(good()).toMatchObject({ kind: 'scraped' });
    expect(refused()).toMatchObject(WAITS);
  });

  it('is not counted where X is away or short of calls', async () => {
    for (let window = 0; window < 9; window++) {
      expect(away()).toMatchObject({ cause: 'x-unreachable', closeUntilMs: null, alert: false });
      expect(answered(429, '')).toMatchObject({ cause: 'rate-limited' });
      expect(answered(401, '')).toMatchObject({ cause: 'credentials-refused' });
      await clock.advance(WINDOW_MS);
    }
    expect(refused()).toMatchObject(WAITS);
  });
});

describe('a page of which X sends what cannot be used, for money perhaps', () => {
  it('comes again twice; then the gate closes with an alert, three times; then it is refused', async () => {
    for (let answer = 1; answer <= 2; answer++)
      expect(unreadable()).toMatchObject({ kind: 'wait', closeUntilMs: null, alert: false });
    for (let answer = 3; answer <= 5; answer++) {
      const wait = unreadable();
      expect(wait).toMatchObject({ ...WAITS, cause: 'unreadable', closeUntilMs: clock.now() + WINDOW_MS });
      expect(wait).toMatchObject({
        detail: expect.stringContaining(`(answer ${answer} that cannot be used`),
      });
      await clock.advance(WINDOW_MS);
    }
    expect(unreadable()).toMatchObject({ ...GIVEN_UP, problems: [{ source: 'x', title: 'No answer' }] });
  });

  it('is counted for itself, and anew after an answer', () => {
    for (const page of ['d/1', 'd/2', 'd/1', 'd/2']) expect(unreadable(page)).toMatchObject({ alert: false });
    good();
    expect(unreadable()).toMatchObject({ alert: false });
    expect(unreadable('d/2')).toMatchObject({ alert: true });
  });
});

it('forgets what is long past: it is kept in memory', () => {
  unreadable('first');
  unreadable('first');
  for (let page = 0; page < 10_000; page++) unreadable(`other/${page}`);
  expect(unreadable('first')).toMatchObject({ alert: false });
});
