import type { Clock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { deliveryOf } from '../../shared/messages/delivery.ts';
import { decodeMetadataRequest, requestedAccount } from '../../shared/messages/metadata-request.ts';
import { storable } from '../../shared/messages/parts.ts';
import { decodeOrReject, reject } from '../../shared/reject.ts';
import type { StopGuard } from '../../shared/stop-guard.ts';
import { observationRow } from '../../shared/warehouse/observation-row.ts';
import type { RejectedMessages } from '../../shared/warehouse/rejected-messages.ts';
import type { Gate } from '../../shared/x/gate.ts';
import { GIVEN_UP_AFTER_MS } from '../../shared/x/look-up.ts';
import type { LookupBatcher } from '../../shared/x/lookup-batch.ts';
import type { LookUpBy } from '../../shared/x/types.ts';
import type { ObservationStore } from './observation-store.ts';

export interface GetMetadataPorts {
  observations: ObservationStore;
  rejected: RejectedMessages;
  gates: Record<LookUpBy, Gate>;
  stops: StopGuard;
  lookups: LookupBatcher;
  clock: Clock;
  log: Log;
  config: Pick<Config, 'TOPIC_GETMETADATA' | 'HANDLER_DEADLINE_MS' | 'PRICE_PER_USER_USD'>;
}

export type GetMetadataResult = 'rejected' | 'already-observed' | 'observed';

/** Account data where it is missing or malformed. Returning acks; RetryLater nacks, and the message comes again (R1). */
export async function getMetadata(event: unknown, ports: GetMetadataPorts): Promise<GetMetadataResult> {
  const { observations, lookups, clock, config } = ports;
  const delivery = deliveryOf(event, clock.now());
  const deadlineMs = clock.now() + config.HANDLER_DEADLINE_MS;

  // 1. Validate.
  const decode = (json: unknown) => storable(decodeMetadataRequest(json), clock.now());
  const request = await decodeOrReject(delivery, config.TOPIC_GETMETADATA, decode, ports);
  if (!request) return 'rejected';
  const { runId, dispatchId, role } = request;
  const { by, value } = requestedAccount(request);
  const key = { dispatchId, dispatchedAtMs: Date.parse(request.dispatchedAt), role, by, value };
  const log = { runId, dispatchId, role, account: value };

  try {
    // Waiting costs nothing.
    ports.gates[by].assertOpen();
    await ports.stops.assertGoes(runId);
    return await observations.oneAtATime(key, async () => {
      // 2. Observed for this dispatch in this role already (R14)?
      if (await lookups.whileDeciding(by, () => observations.has(key))) {
        ports.log.info(log, 'account already observed');
        return 'already-observed';
      }
      // 3. Requests that arrive together share one call.
      const sinceMs = Math.max(delivery.publishedAtMs, ports.stops.wentOnMs(runId));
      const isOverdue = clock.now() > sinceMs + GIVEN_UP_AFTER_MS;
      const observation = await lookups.lookup(by, value, { runId, deadlineMs, isOverdue });
      // 4. A row, also for an account that is gone.
      const context = { ...request, role, by, messageId: delivery.messageId };
      const row = observationRow(observation, context, config.PRICE_PER_USER_USD, clock.now());
      const refused = await observations.store(key, row);
      if (refused) {
        // It would be looked up for ever, and paid for each time.
        await reject(delivery, config.TOPIC_GETMETADATA, refused.reasons, ports);
        return 'rejected';
      }
      ports.log.info({ ...log, status: observation.status }, 'account observed');
      return 'observed';
    });
  } catch (error) {
    throw error instanceof RetryLater ? error.with(log) : error;
  }
}
