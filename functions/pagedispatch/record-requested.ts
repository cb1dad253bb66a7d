import type { Clock } from '../../shared/clock.ts';
import { dispatchIdOf } from '../../shared/ids.ts';
import type { Log } from '../../shared/log.ts';
import type { DispatchRequest } from '../../shared/messages/dispatch-request.ts';
import type { RequestedDispatches } from '../../shared/warehouse/requested-dispatches.ts';
import type { RequestContext } from './request-context.ts';

interface Ports {
  requested: RequestedDispatches;
  clock: Clock;
  log: Log;
}

/**
 * R29: records which parents a request asks for. Nobody else can: not each publisher is ours, a run may be several
 * messages, and what is published again names some of its parents again. Throws RetryLater.
 */
export async function recordRequested(
  { parents }: DispatchRequest,
  { runId, job, dispatchedAt, messageId, planningId }: RequestContext,
  { requested, clock, log }: Ports,
): Promise<void> {
  const dispatchIds = parents.map(({ username }) => dispatchIdOf(runId, username));
  const run = { runId, job: job.name, dispatchedAt, messageId, nowMs: clock.now(), dispatchIds };
  for (let attempt = 0; ; attempt++) {
    const insertion = await requested.insert(run, `${planningId}_requested_${attempt}`);
    if (insertion.how === 'failed before') continue;
    // A run is worth more than the number of its parents.
    if (insertion.how === 'refused')
      log.error(
        { runId, alert: true },
        `BigQuery refuses the parents of a run: ${insertion.reasons.join('; ')}`,
      );
    return;
  }
}
