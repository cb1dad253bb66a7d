import type { Bus } from '../../shared/bus.ts';
import type { Config } from '../../shared/config.ts';
import type { AnnouncementRequest, EndedDispatch } from '../../shared/messages/announcement-request.ts';
import { isoOf } from '../../shared/times.ts';
import type { Candidate } from './candidates.ts';
import type { Decision } from './decide.ts';
import type { RequestContext } from './request-context.ts';

/**
 * R31: of a parent that is not paged, what is to be announced; undefined: it is paged, or not decided, or its pages are
 * not published again for want of money. Each time that it is found so: nobody knows whether it was announced before.
 */
export function endedDispatch(
  { dispatchId, parent, recorded }: Candidate,
  { row, pages }: Decision,
  { dispatchedAt }: Pick<RequestContext, 'dispatchedAt'>,
): EndedDispatch | undefined {
  if (pages) return undefined;
  const { username } = parent;
  const ended = { dispatchId, dispatchedAt, parent: { username }, isOver: false, pages: 0 };
  switch (recorded.kind) {
    case 'closed':
      return ended;
    case 'unplanned':
      return row || recorded.isRefused ? ended : undefined;
    case 'planned':
      return recorded.isOver ? { ...ended, ...ofPlan(recorded.plan), isOver: true } : undefined;
    case 'goes-on':
      return { ...ended, ...ofPlan(recorded.plan), pages: recorded.afterPage };
  }
}

const ofPlan = ({ parentId: id, parentUsername: username, dispatchedAtMs }: PlanOf) => ({
  dispatchedAt: isoOf(dispatchedAtMs),
  parent: { id, username },
});

type PlanOf = Extract<Candidate['recorded'], { kind: 'planned' }>['plan'];

/** Under no ordering key: it may wait, and no page is to wait behind it. Throws RetryLater. */
export async function askForAnnouncements(
  dispatches: EndedDispatch[],
  { runId }: Pick<RequestContext, 'runId'>,
  { bus, config }: { bus: Bus; config: Pick<Config, 'TOPIC_GETPAGE'> },
): Promise<void> {
  const request: AnnouncementRequest = { runId, dispatches };
  await bus.publish(config.TOPIC_GETPAGE, request);
}
