import { messageIdOf, runIdOf, tickOf } from '../../shared/ids.ts';
import type { Delivery } from '../../shared/messages/delivery.ts';
import type { DispatchRequest } from '../../shared/messages/dispatch-request.ts';
import { type Grandparent, readGrandparent } from '../../shared/messages/grandparent.ts';
import type { OfDispatch } from '../../shared/messages/parts.ts';
import { KEYFRAME_DAYS } from '../../shared/messages/schemas/dispatch-request.ts';
import type { Mode } from '../../shared/plan/reading.ts';

/** What every parent of a request shares. */
export interface RequestContext extends Omit<OfDispatch, 'dispatchId'> {
  origin: string | null;
  messageId: string;
  publishedAtMs: number;
  /** R12: what is recorded for the message is so under ids that begin with it. */
  planningId: string;
  pageSize: number;
  maxCostUsd: number | null;
  grandparent: GivenGrandparent | null;
  /** How lists are to be read, as far as that can be. */
  reading: AskedReading;
}

export interface AskedReading {
  mode: Mode;
  keyframeDays: number;
  /** Friends; null: as deep as the list. */
  maxDepth: number | null;
}

interface GivenGrandparent {
  given: Record<string, unknown>;
  readable: Grandparent;
  /** Why `given` is malformed; empty where it is sound. */
  errors: string[];
}

/** A redelivery of the message yields the same context. */
export function contextOf(request: DispatchRequest, delivery: Delivery, pageSize: number): RequestContext {
  const origin = delivery.attributes.origin;
  const { messageId, publishedAtMs } = delivery;
  const dueMs = origin === 'cloud-scheduler' ? tickOf(publishedAtMs) : publishedAtMs;
  return {
    runId: runIdOf({
      ...(request.runId !== undefined && { runId: request.runId }),
      ...(origin !== undefined && { origin }),
      job: request.job.name,
      publishedAtMs,
      messageId,
    }),
    dispatchedAt: new Date(request.dispatchedAt ?? dueMs).toISOString(),
    job: request.job,
    origin: origin ?? null,
    messageId,
    publishedAtMs,
    planningId: `plan_${messageIdOf(delivery)}`,
    pageSize: request.pageSize ?? pageSize,
    maxCostUsd: request.maxCostUsd ?? null,
    grandparent: request.grandparent
      ? { given: request.grandparent, ...readGrandparent(request.grandparent) }
      : null,
    reading: {
      mode: request.mode ?? 'full',
      keyframeDays: request.keyframeDays ?? KEYFRAME_DAYS,
      maxDepth: request.maxDepth ?? null,
    },
  };
}
