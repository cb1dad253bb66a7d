import fc from 'fast-check';
import { Rejected } from '../../shared/errors.ts';
import { deliveryOf, jsonOf } from '../../shared/messages/delivery.ts';
import { decodeDispatchRequest } from '../../shared/messages/dispatch-request.ts';
import { readGrandparent } from '../../shared/messages/grandparent.ts';
import { decodeMetadataRequest } from '../../shared/messages/metadata-request.ts';
import { decodePageRequest } from '../../shared/messages/page-request.ts';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const TIME = '2026-02-28T12:00:00.000Z';

const SOUND: Record<string, Record<string, unknown>> = {
  'dispatch request': {
    job: { name: 'job' },
    parents: ['alice', { username: 'bob', id: '5', friendsCount: 2 }],
    grandparent: { id: '5', username: 'gp' },
    pageSize: 100,
    maxCostUsd: 1,
    runId: 'run',
    dispatchedAt: TIME,
    chunk: { index: 0, of: 1 },
  },
  'page request': {
    runId: 'run',
    dispatchId: 'dispatch',
    dispatchedAt: TIME,
    job: { name: 'job' },
    parent: { id: '5', username: 'alice', friendsCount: 3 },
    grandparent: { id: '6' },
    pageNumber: 1,
    totalPages: 1,
    pageSize: 1000,
  },
  'metadata request': {
    runId: 'run',
    dispatchId: 'dispatch',
    dispatchedAt: TIME,
    job: { name: 'job' },
    role: 'grandparent',
    username: 'alice',
    reason: 'test',
  },
};

/** A sound message in which up to three fields are something else, gone, or new. */
function damaged(sound: Record<string, unknown> = {}): fc.Arbitrary<Record<string, unknown>> {
  const key = fc.oneof(fc.constantFrom(...Object.keys(sound)), fc.string());
  const damage = fc.tuple(key, fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined }));
  return fc.array(damage, { maxLength: 3 }).map((changes) => ({ ...sound, ...Object.fromEntries(changes) }));
}

const toBase64 = (text: string) => Buffer.from(text).toString('base64');

/** Whatever a push may bring. */
const message = fc.record(
  {
    data: fc.oneof(fc.base64String(), fc.json().map(toBase64), fc.anything()),
    attributes: fc.anything(),
    messageId: fc.anything(),
    publishTime: fc.anything(),
  },
  { requiredKeys: [] },
);
const push = fc.oneof(fc.anything(), fc.record({ data: fc.record({ message }) }), fc.record({ message }));

/** What is fed to each, and what reads it: returns, or throws Rejected with the reason. */
const DECODERS: Record<string, [input: fc.Arbitrary<unknown>, decode: (input: unknown) => unknown]> = {
  'dispatch request': [json('dispatch request'), (input) => decodeDispatchRequest(input, NOW)],
  'page request': [json('page request'), decodePageRequest],
  'metadata request': [json('metadata request'), decodeMetadataRequest],
  delivery: [push, (input) => jsonOf(deliveryOf(input, NOW))],
  // Any JSON object may be given for one: what is not readable has a reason.
  grandparent: [
    damaged({ id: '5', username: 'gp', friendsCount: 3 }),
    (given) => {
      const { readable, errors } = readGrandparent(given as Record<string, unknown>);
      if (errors.length > 0) throw new Rejected(errors);
      if (!readable.id || !readable.username) throw new Error('sound, but not readable');
    },
  ],
};

function json(name: string): fc.Arbitrary<unknown> {
  return fc.oneof(fc.jsonValue(), damaged(SOUND[name]));
}

export interface Tally {
  accepted: number;
  rejected: number;
}

/** Feeds all decoders `runs` inputs, in equal parts: each is accepted, or rejected with a reason. Throws with the input and seed. */
export function fuzzAll(runs: number, seed?: number): Record<string, Tally> {
  const numRuns = Math.ceil(runs / Object.keys(DECODERS).length);
  const fuzzed = Object.entries(DECODERS).map(([name, [input, decode]]) => {
    const tally: Tally = { accepted: 0, rejected: 0 };
    const holds = (given: unknown) => {
      try {
        decode(given);
        tally.accepted++;
      } catch (error) {
        if (!(error instanceof Rejected) || error.errors.join('') === '') throw error;
        tally.rejected++;
      }
    };
    fc.assert(fc.property(input, holds), { numRuns, ...(seed !== undefined && { seed }) });
    return [name, tally] as const;
  });
  return Object.fromEntries(fuzzed);
}
