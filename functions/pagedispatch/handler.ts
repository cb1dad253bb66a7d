import type { Bus } from '../../shared/bus.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { deliveryOf } from '../../shared/messages/delivery.ts';
import { type DispatchRequest, decodeDispatchRequest } from '../../shared/messages/dispatch-request.ts';
import { pagesWithinRetention } from '../../shared/plan/pages.ts';
import type { ModeReason } from '../../shared/plan/reading.ts';
import { decodeOrReject, reject } from '../../shared/reject.ts';
import type { Serial } from '../../shared/serial.ts';
import { OUTLASTED_DAYS, storingMs } from '../../shared/time-limits.ts';
import { DAY_MS } from '../../shared/times.ts';
import type { RejectedMessages } from '../../shared/warehouse/rejected-messages.ts';
import type { RequestedDispatches } from '../../shared/warehouse/requested-dispatches.ts';
import { askForAnnouncements } from './ended-dispatch.ts';
import { askForGrandparent } from './grandparent-request.ts';
import { type PlannerPorts, planChunk } from './planner.ts';
import { allDone, type PagesToPublish, publishPages } from './publish-pages.ts';
import { recordRequested } from './record-requested.ts';
import { contextOf, type RequestContext } from './request-context.ts';
import { fewestPages, publishChunks } from './split.ts';
import { type Standing, standingOf } from './stopped-run.ts';

export interface PageDispatchPorts extends PlannerPorts {
  bus: Bus;
  rejected: RejectedMessages;
  requested: RequestedDispatches;
  /** R2: one planner at a time, also where two deliveries meet in one instance. */
  inTurn: Serial;
  clock: Clock;
  log: Log;
  config: Config;
}

export type PageDispatchResult = 'rejected' | 'split' | 'planned' | Exclude<Standing, 'goes'>;

const STANDINGS = {
  'set-aside': 'chunk set aside: its run is stopped',
  'back-in-line': 'chunk back in line: its run goes on',
};
const ORDER_BROKEN =
  'X does not list the friends of this parent by the time of the follow, which checks rest on: it is read in full';

const CHECKS_STOPPED =
  'X does not list the friends of many parents of this job by the time of the follow, which checks rest on: all its lists are read in full';

/** A request in, one message per page out. Returning acks; RetryLater nacks, and the message comes again (R1). */
export async function pageDispatch(event: unknown, ports: PageDispatchPorts): Promise<PageDispatchResult> {
  const { bus, clock, config, log } = ports;
  const delivery = deliveryOf(event, clock.now());
  const deadlineMs = clock.now() + config.HANDLER_DEADLINE_MS;

  // 1. Validate; what is no chunk is recorded, and becomes chunks.
  const decode = (json: unknown) => decodeDispatchRequest(json, clock.now());
  const request = await decodeOrReject(delivery, config.TOPIC_PAGEDISPATCH, decode, ports);
  if (!request) return 'rejected';
  const context = contextOf(request, delivery, config.PAGE_SIZE);
  const { runId } = context;
  try {
    const refusal = request.continues
      ? undefined
      : (expiredRefusal(context, config, clock.now()) ?? refusalOf(request, context, config));
    if (refusal !== undefined) {
      await reject(delivery, config.TOPIC_PAGEDISPATCH, [refusal], ports);
      return 'rejected';
    }
    if (!request.chunk) {
      await recordRequested(request, context, ports);
      const chunks = await publishChunks(request, context, bus, config.TOPIC_PAGEDISPATCH);
      log.info({ runId, parents: request.parents.length, chunks }, 'request split into chunks');
      return 'split';
    }

    // A stopped run waits, and keeps no other from being planned (R30).
    const standing = await standingOf(request, context, delivery, ports);
    if (standing !== 'goes') {
      log.info({ runId, chunk: request.chunk.index }, STANDINGS[standing]);
      return standing;
    }

    // 2.–6. Plan, and record the plan, before anything is published (R12).
    const { pages, ended, refusals, waits } = await ports.inTurn(() =>
      planChunk(request, context, deadlineMs, ports),
    );
    alertOfOrder(pages, context, log);
    const effects = [
      // 7. Parents side by side, the pages of each in order.
      publishPages(pages, context, deadlineMs + storingMs(config), ports),
      // 4. The grandparent's metadata where it is malformed; the pages do not wait for it.
      ...(isFirst(request) ? [askForGrandparent(context, delivery, ports)] : []),
      // Who is not paged is announced (R31).
      ...(ended.length > 0 ? [askForAnnouncements(ended, context, ports)] : []),
      ...(refusals.length > 0 ? [reject(delivery, config.TOPIC_PAGEDISPATCH, refusals, ports)] : []),
    ];
    await allDone(effects);
    // Those that X has not answered come again; the others do not wait for them (R11).
    if (waits) throw waits;
    log.info({ runId, chunk: request.chunk.index, dispatches: pages.length }, 'chunk planned and published');
    return 'planned';
  } catch (error) {
    throw error instanceof RetryLater ? error.with({ runId }) : error;
  }
}

/** R27: somebody is told of each list out of order, and once of a job whose checks stop for that. */
function alertOfOrder(pages: PagesToPublish[], { runId, job }: RequestContext, log: Log): void {
  const begun = (reason: ModeReason) =>
    pages.filter(({ plan, pageNumbers }) => plan.reading?.modeReason === reason && pageNumbers.includes(1));
  for (const { plan } of begun('order_broken'))
    log.error({ runId, dispatchId: plan.dispatchId, parent: plan.parentUsername, alert: true }, ORDER_BROKEN);
  const stopped = begun('checks_stopped').length;
  if (stopped > 0) log.error({ runId, job: job.name, parents: stopped, alert: true }, CHECKS_STOPPED);
}

const isFirst = ({ chunk, continues }: DispatchRequest) => chunk?.index === 0 && !continues;

/** R23: where partitions expire, what is stored of a dispatch must outlast its messages, or it is bought again. */
function expiredRefusal(
  { dispatchedAt }: RequestContext,
  { PARTITION_EXPIRATION_DAYS: days }: Config,
  nowMs: number,
): string | undefined {
  if (days === null || nowMs - Date.parse(dispatchedAt) <= (days - OUTLASTED_DAYS) * DAY_MS) return undefined;
  return `the run was dispatched at ${dispatchedAt}, more than ${days - OUTLASTED_DAYS} days ago, and its history is dropped after ${days} days: dispatch it anew, with a run id of its own`;
}

function refusalOf(
  request: DispatchRequest,
  { pageSize }: RequestContext,
  config: Config,
): string | undefined {
  const [pages, most] = [fewestPages(request, pageSize), pagesWithinRetention(config)];
  if (pages <= most) return undefined;
  return `the run needs at least ${pages} pages, but only ${most} can be fetched in the ${config.RETENTION_DAYS} days that messages are kept, at ${config.X_CALLS_PER_WINDOW} calls per ${config.X_WINDOW_SECONDS} s: split it into several runs`;
}
