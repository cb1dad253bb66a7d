import { DAY_MS } from '../../shared/times.ts';
import type { Service } from './crash-points.ts';

const page = {
  runId: 'r',
  dispatchId: 'd',
  dispatchedAt: '2026-01-15T00:00:00Z',
  job: { name: 'j' },
  parent: { id: '1', username: 'a', friendsCount: 1 },
  pageNumber: 1,
  totalPages: 1,
  pageSize: 1,
};
const request = { job: { name: 'j' }, parents: ['a'] };
const metadata = { ...page, role: 'grandparent', reason: '' };
const json = (value: unknown) => () => JSON.stringify(value);
const inDays = (nowMs: number, days: number) => new Date(nowMs + days * DAY_MS).toISOString();

/** Messages that can never be used, and must stop nothing else. `text`: given the time of publishing. */
export const UNUSABLE: { topic: Service; text: (nowMs: number) => string }[] = [
  { topic: 'getpage', text: () => 'no JSON at all' },
  { topic: 'getpage', text: () => '' },
  { topic: 'getpage', text: json({ ...page, pageNumber: 0 }) },
  { topic: 'getpage', text: json({ ...page, parent: { ...page.parent, id: 'x1' } }) },
  { topic: 'getpage', text: json([page]) },
  { topic: 'pagedispatch', text: json(null) },
  { topic: 'pagedispatch', text: json({ ...request, parents: [] }) },
  { topic: 'pagedispatch', text: json({ ...request, maxCost: 1 }) },
  { topic: 'pagedispatch', text: json({ ...request, parents: ['not a username'] }) },
  {
    topic: 'pagedispatch',
    text: (nowMs) => JSON.stringify({ ...request, runId: 'r', dispatchedAt: inDays(nowMs, 300) }),
  },
  {
    topic: 'pagedispatch',
    text: json({ ...request, pageSize: 1, parents: [{ username: 'a', id: '1', friendsCount: 50_000_000 }] }),
  },
  { topic: 'getmetadata', text: () => 'no JSON at all' },
  { topic: 'getmetadata', text: () => '' },
  { topic: 'getmetadata', text: json(metadata) },
  { topic: 'getmetadata', text: json({ ...metadata, role: 'stranger', id: '1' }) },
];
