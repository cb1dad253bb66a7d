import type { Bus } from '../../shared/bus.ts';
import type { Config } from '../../shared/config.ts';
import { dispatchIdOf } from '../../shared/ids.ts';
import type { Delivery } from '../../shared/messages/delivery.ts';
import type { MetadataRequest } from '../../shared/messages/metadata-request.ts';
import { type RejectPorts, reject } from '../../shared/reject.ts';
import type { RequestContext } from './request-context.ts';

/** Asks for the metadata of a malformed grandparent; one that names no account at all is recorded. Throws RetryLater. */
export async function askForGrandparent(
  context: RequestContext,
  delivery: Delivery,
  ports: RejectPorts & { bus: Bus; config: Pick<Config, 'TOPIC_PAGEDISPATCH' | 'TOPIC_GETMETADATA'> },
): Promise<void> {
  const { bus, config, log } = ports;
  const { grandparent, runId } = context;
  if (!grandparent || grandparent.errors.length === 0) return;
  const message = grandparentRequest(context);
  if (message) {
    await bus.publish(config.TOPIC_GETMETADATA, message);
    log.info({ runId, reason: message.reason }, 'grandparent malformed: metadata requested');
  } else {
    const errors = [...grandparent.errors, 'no username and no id'].map((error) => `grandparent: ${error}`);
    await reject(delivery, config.TOPIC_PAGEDISPATCH, errors, ports);
  }
}

/**
 * R7: the request is one per run, so its dispatch id is made of the grandparent itself: a run published again asks
 * nothing twice. Undefined where no account is named.
 */
function grandparentRequest(context: RequestContext): MetadataRequest | undefined {
  const { grandparent, runId, dispatchedAt, job } = context;
  const { id, username } = grandparent?.readable ?? {};
  const account = username ?? id;
  if (!grandparent || account === undefined) return undefined;
  return {
    runId,
    dispatchId: dispatchIdOf(runId, account),
    dispatchedAt,
    job,
    role: 'grandparent',
    ...(username === undefined ? { id: account } : { username, ...(id !== undefined && { id }) }),
    reason: grandparent.errors.join('; '),
  };
}
