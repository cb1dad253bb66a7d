import type { Bus } from '../../shared/bus.ts';
import type { Config } from '../../shared/config.ts';
import type { Delivery } from '../../shared/messages/delivery.ts';
import { type DispatchRequest, PLAN_KEY } from '../../shared/messages/dispatch-request.ts';
import { type StopGuard, stoppedBy } from '../../shared/stop-guard.ts';
import type { ObservedParents } from './known-parents.ts';
import type { RequestContext } from './request-context.ts';

interface Ports {
  bus: Bus;
  stops: StopGuard;
  observed: ObservedParents;
  config: Pick<Config, 'TOPIC_PAGEDISPATCH'>;
}

/** `set-aside`, `back-in-line`: published again, and not to be planned now. */
export type Standing = 'goes' | 'set-aside' | 'back-in-line';

/** The attribute of a chunk that waits beside the others, since its run is stopped. */
const ASIDE = { waits: 'stopped' };

/**
 * R30: a stopped run is not planned. Where all are stopped, its chunk comes again. Where it alone is, the chunk waits
 * under an ordering key of its own, or the chunks of all other runs would wait behind it; once its run goes on it gets
 * back in line. What X was paid for and no row tells yet is recorded all the same. Throws RetryLater.
 */
export async function standingOf(
  request: DispatchRequest,
  { runId, planningId }: RequestContext,
  { attributes }: Delivery,
  { bus, stops, observed, config }: Ports,
): Promise<Standing> {
  const publish = (orderingKey: string, more: Record<string, string>) =>
    bus.publish(config.TOPIC_PAGEDISPATCH, request, { orderingKey, attributes: { ...others, ...more } });
  const { waits, ...others } = attributes;
  if (waits === ASIDE.waits) {
    // Two instances that believe otherwise would hand it to and fro for a minute.
    const stop = (await stops.stopOf(runId)) ?? (await stops.stopOf(runId, { anew: true }));
    if (stop) throw stoppedBy(stop);
    await publish(PLAN_KEY, {});
    return 'back-in-line';
  }
  if (!(await stops.stopOf(runId)) || observed.isUntold(planningId)) return 'goes';
  const stop = await stops.stopOf(runId, { anew: true });
  if (!stop) return 'goes';
  if (stop.runId === null) throw stoppedBy(stop);
  await publish(`${PLAN_KEY} ${runId}`, ASIDE);
  return 'set-aside';
}
