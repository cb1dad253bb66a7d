import type { Clock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { deliveryOf } from '../../shared/messages/delivery.ts';
import { decodeMetadataRequest, requestedAccount } from '../../shared/messages/metadata-request.ts';
import { decodeOrReject, reject } from '../../shared/reject.ts';
import type { AccountMetadata } from '../../shared/warehouse/account-metadata.ts';
import { observationRow } from '../../shared/warehouse/observation-row.ts';
import type { RejectedMessages } from '../../shared/warehouse/rejected-messages.ts';
import type { Gate } from '../../shared/x/gate.ts';
import type { LookupBatcher } from '../../shared/x/lookup-batch.ts';

export interface GetMetadataPorts {
  metadata: AccountMetadata;
  rejected: RejectedMessages;
  gates: Record<'id' | 'username', Gate>;
  lookups: LookupBatcher;
  clock: Clock;
  log: Log;
  config: Pick<Config, 'TOPIC_GETMETADATA' | 'HANDLER_DEADLINE_MS' | 'PRICE_PER_USER_USD'>;
}

export type GetMetadataResult = 'rejected' | 'already-observed' | 'observed';

/** Account data where it is missing or malformed. Returning acks; RetryLater nacks, and the message comes again. */
export async function getMetadata(event: unknown, ports: GetMetadataPorts): Promise<GetMetadataResult> {
  const delivery = deliveryOf(event, ports.clock.now());
  const deadlineMs = ports.clock.now() + ports.config.HANDLER_DEADLINE_MS;

  // 1. Validate.
  const request = await decodeOrReject(
    delivery,
    ports.config.TOPIC_GETMETADATA,
    decodeMetadataRequest,
    ports,
  );
  if (!request) return 'rejected';
  const { runId, dispatchId, role } = request;
  const { by, value } = requestedAccount(request);
  const log = { runId, dispatchId, role, account: value };

  try {
    // Waiting costs nothing.
    ports.gates[by].assertOpen();
    // 2. Observed for this dispatch in this role already?
    const dispatchedAtMs = Date.parse(request.dispatchedAt);
    const isObserved = () => ports.metadata.has({ dispatchId, dispatchedAtMs, role, by, value });
    if (await ports.lookups.whileDeciding(by, isObserved)) {
      ports.log.info(log, 'account already observed');
      return 'already-observed';
    }
    // 3. Requests that arrive together share one call.
    const observation = await ports.lookups.lookup(by, value, deadlineMs);
    // 4. A row, also for an account that is gone.
    const context = { ...request, role, by, messageId: delivery.messageId };
    const row = observationRow(observation, context, ports.config.PRICE_PER_USER_USD, ports.clock.now());
    const [refused] = await ports.metadata.append([row]);
    if (refused) {
      // It would be looked up for ever, and paid for each time.
      await reject(delivery, ports.config.TOPIC_GETMETADATA, refused.reasons, ports);
      return 'rejected';
    }
    ports.log.info({ ...log, status: observation.status }, 'account observed');
    return 'observed';
  } catch (error) {
    throw error instanceof RetryLater ? error.with(log) : error;
  }
}
