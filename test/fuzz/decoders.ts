import fc from 'fast-check';
import { Rejected } from '../../shared/errors.ts';
import { deliveryOf, jsonOf } from '../../shared/messages/delivery.ts';
import { decodeDispatchRequest } from '../../shared/messages/dispatch-request.ts';
import { readGrandparent } from '../../shared/messages/grandparent.ts';
import { decodeMetadataRequest } from '../../shared/messages/metadata-request.ts';
import { decodePageRequest } from '../../shared/messages/page-request.ts';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const TIME = '2026-02-28T12:00:00.000Z';

const DECODERS: Record<string, (json: unknown) => unknown> = {
  'dispatch request': (json) => decodeDispatchRequest(json, NOW),
  'page request': decodePageRequest,
  'metadata request': decodeMetadataRequest,
};

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
function damaged(sound: Record<string, unknown>): fc.Arbitrary<unknown> {
  const key = fc.oneof(fc.constantFrom(...Object.keys(sound)), fc.string());
  const damage = fc.tuple(key, fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined }));
  return fc.array(damage, { maxLength: 3 }).map((changes) => ({ ...sound, ...Object.fromEntries(changes) }));
}

export interface Tally {
  accepted: number;
  rejected: number;
}

/** Feeds one decoder `runs` inputs: each must be accepted, or rejected with a reason. Throws with the input. */
export function fuzzDecoder(name: string, runs: number, seed?: number): Tally {
  const decode = DECODERS[name];
  const sound = SOUND[name];
  if (!decode || !sound) throw new Error(`there is no decoder of a ${name}`);
  const tally: Tally = { accepted: 0, rejected: 0 };
  const input = fc.oneof(fc.jsonValue(), damaged(sound));
  const property = fc.property(input, (json) => {
    try {
      decode(json);
      tally.accepted++;
    } catch (error) {
      if (!(error instanceof Rejected) || error.errors.join('') === '') throw error;
      tally.rejected++;
    }
  });
  fc.assert(property, { numRuns: runs, ...(seed !== undefined && { seed }) });
  return tally;
}

/** Feeds whatever a push may bring: read as a delivery whose data is JSON or is rejected with a reason. */
export function fuzzDelivery(runs: number, seed?: number): Tally {
  const tally: Tally = { accepted: 0, rejected: 0 };
  const message = fc.record(
    {
      data: fc.oneof(fc.base64String(), fc.json().map(toBase64), fc.anything()),
      attributes: fc.anything(),
      messageId: fc.anything(),
      publishTime: fc.anything(),
    },
    { requiredKeys: [] },
  );
  const event = fc.oneof(fc.anything(), fc.record({ data: fc.record({ message }) }), fc.record({ message }));
  const property = fc.property(event, (pushed) => {
    try {
      jsonOf(deliveryOf(pushed, NOW));
      tally.accepted++;
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      tally.rejected++;
    }
  });
  fc.assert(property, { numRuns: runs, ...(seed !== undefined && { seed }) });
  return tally;
}

/** Any JSON object may be given for a grandparent: what is not readable has a reason. */
export function fuzzGrandparent(runs: number, seed?: number): Tally {
  const tally: Tally = { accepted: 0, rejected: 0 };
  const property = fc.property(damaged({ id: '5', username: 'gp', friendsCount: 3 }), (given) => {
    const { readable, errors } = readGrandparent(given as Record<string, unknown>);
    if (errors.length === 0 && (!readable.id || !readable.username))
      throw new Error('sound, but not readable');
    if (errors.length === 0) tally.accepted++;
    else tally.rejected++;
  });
  fc.assert(property, { numRuns: runs, ...(seed !== undefined && { seed }) });
  return tally;
}

const toBase64 = (text: string) => Buffer.from(text).toString('base64');

/** Everything, `runs` inputs in all, in equal parts. */
export function fuzzAll(runs: number, seed?: number): Record<string, Tally> {
  const share = Math.ceil(runs / (Object.keys(DECODERS).length + 2));
  return {
    ...Object.fromEntries(Object.keys(DECODERS).map((name) => [name, fuzzDecoder(name, share, seed)])),
    delivery: fuzzDelivery(share, seed),
    grandparent: fuzzGrandparent(share, seed),
  };
}
