import { type DispatchRequest, MAX_PARENTS } from '../../../shared/messages/dispatch-request.ts';

/**
 * Pub/Sub takes messages of up to 10 MB (https://cloud.google.com/pubsub/quotas#resource_limits); the rest is for
 * its own fields.
 */
export const MESSAGE_BYTES = 9_500_000;

/** The request as it is where its JSON is below `mostBytes`, else as several of the same run, in order. */
export function requestsOf(request: DispatchRequest, mostBytes = MESSAGE_BYTES): DispatchRequest[] {
  const envelope = bytesOf({ ...request, parents: [] });
  const requests: DispatchRequest[] = [];
  let parents: DispatchRequest['parents'] = [];
  let bytes = envelope;
  const close = () => {
    if (parents.length > 0) requests.push({ ...request, parents });
    parents = [];
    bytes = envelope;
  };
  for (const parent of request.parents) {
    const more = bytesOf(parent) + 1;
    if (bytes + more >= mostBytes || parents.length === MAX_PARENTS) close();
    parents.push(parent);
    bytes += more;
  }
  close();
  return requests;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
