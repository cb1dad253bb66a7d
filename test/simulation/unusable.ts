import { DAY_MS } from '../../shared/times.ts';
import type { Service } from './crash-points.ts';

const page = {
  ...{ runId: 'r', dispatchId: 'd', dispatchedAt: '2026-01-15T00:00:00Z', job: { name: 'j' } },
  parent: { id: '1', username: 'a', friendsCount: 1 },
  ...{ pageNumber: 1, totalPages: 1, pageSize: 1 },
};
const request = { job: { name: 'j' }, parents: ['a'] };
const metadata = { ...page, role: 'grandparent', reason: '' };
const endless = { username: 'a', id: '1', friendsCount: 50_000_000 };
/** More than is kept of what a request says at will. */
const long = 'x'.repeat(5000);
const inDays = (nowMs: number, days: number) => new Date(nowMs + days * DAY_MS).toISOString();

export interface Unusable {
  topic: Service;
  /** Given the time of publishing; empty: a message without data. */
  text: (nowMs: number) => string;
  /** What `rejected_messages` says of it. */
  reason: RegExp;
}

const text = (topic: Service, text: string, reason: RegExp): Unusable => ({
  topic,
  text: () => text,
  reason,
});
const json = (topic: Service, value: unknown, reason: RegExp) => text(topic, JSON.stringify(value), reason);

/** Messages that can never be used, and must stop nothing else. */
export const UNUSABLE: Unusable[] = [
  text('getpage', 'no JSON at all', /^the data is not JSON$/),
  text('getpage', '', /^the message has no data$/),
  json('getpage', { ...page, pageNumber: 0 }, /^pageNumber must be >= 1$/),
  json('getpage', { ...page, parent: { ...page.parent, id: 'x1' } }, /^parent\/id must match pattern/),
  json('getpage', [page], /^the message must be object$/),
  text('pagedispatch', '{"job":', /^the data is not JSON$/),
  json('pagedispatch', null, /^the message must be object$/),
  json('pagedispatch', { ...request, parents: [] }, /^parents must NOT have fewer than 1 items$/),
  json('pagedispatch', { ...request, maxCost: 1 }, /additional properties: maxCost$/),
  json('pagedispatch', { ...request, parents: ['not a username'] }, /^parents\/0 must match pattern/),
  json(
    'pagedispatch',
    { ...request, parents: ['abcdefghijklmnopq'] },
    /^parents\/0: abcdefghijklmnopq has more/,
  ),
  json('pagedispatch', { ...request, grandparent: { note: long } }, /^grandparent has 5011 bytes/),
  json(
    'pagedispatch',
    { ...request, parents: [{ username: 'a', note: long }] },
    /^parents\/0 has 5026 bytes/,
  ),
  {
    topic: 'pagedispatch',
    text: (nowMs) => JSON.stringify({ ...request, runId: 'r', dispatchedAt: inDays(nowMs, 300) }),
    reason: /is not between a year ago and a day ahead$/,
  },
  json(
    'pagedispatch',
    { ...request, pageSize: 1, parents: [endless] },
    /^the run needs at least 50000000 pages/,
  ),
  text('getmetadata', 'no JSON at all', /^the data is not JSON$/),
  text('getmetadata', '', /^the message has no data$/),
  json('getmetadata', metadata, /required property 'username'/),
  json(
    'getmetadata',
    { ...metadata, role: 'stranger', id: '1' },
    /^role must be equal to one of the allowed values/,
  ),
];
