import { dispatchIdOf } from '../../shared/ids.ts';
import type { MetadataRequest } from '../../shared/messages/metadata-request.ts';
import type { RequestContext } from './request-context.ts';

/**
 * The request for the metadata of a malformed grandparent; undefined where it names no account at all. It is
 * one per run, so its dispatch id is made of the grandparent itself: a run published again asks nothing twice.
 */
export function grandparentRequest(context: RequestContext): MetadataRequest | undefined {
  const { grandparent, runId, dispatchedAt, job } = context;
  const account = grandparent?.readable.username ?? grandparent?.readable.id;
  if (!grandparent || account === undefined) return undefined;
  return {
    runId,
    dispatchId: dispatchIdOf(runId, account),
    dispatchedAt,
    job,
    role: 'grandparent',
    ...grandparent.readable,
    reason: grandparent.errors.join('; '),
  };
}
