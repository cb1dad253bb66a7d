import type { Bus } from '../../shared/bus.ts';
import type { Config } from '../../shared/config.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { Memory } from '../../shared/memory.ts';
import type { Announcement, EndState } from '../../shared/messages/announcement.ts';
import type { AnnouncementRequest, EndedDispatch } from '../../shared/messages/announcement-request.ts';
import { END_STATES } from '../../shared/messages/schemas/announcement.ts';
import { isoOf } from '../../shared/times.ts';
import type { Announcements, ChangeCounts, ShownDispatch } from '../../shared/warehouse/announcements.ts';
import type { KnownLists } from '../../shared/warehouse/known-lists.ts';
import { publishOnce } from './publish-once.ts';

export interface AnnouncePorts {
  announcements: Announcements;
  knownLists: Pick<KnownLists, 'forgotten'>;
  /** What this instance has published just now: an announcement is known by all that it says. */
  published: Memory<true>;
  bus: Bus;
  log: Log;
  config: Pick<Config, 'TOPIC_CHANGES'>;
}

/** What the views say of a dispatch that is said to have ended. */
type Standing = { kind: 'ended'; shown: ShownDispatch } | { kind: 'not-seen-yet' | 'nothing-to-say' };

const NOT_READ: ReadonlySet<string> = new Set<EndState>(['partial', 'unavailable', 'over_budget']);

const UNCHANGED: ChangeCounts = { followed: 0, reappeared: 0, noLongerListed: 0, withheld: 0 };

/**
 * R31: tells others of lists that have ended, as whoever is told will find it. Buys nothing, and waits for no gate and no
 * stop. Returning acks; throws RetryLater while the end of one is not to be seen.
 */
export async function announce(request: AnnouncementRequest, ports: AnnouncePorts): Promise<'announced'> {
  const { runId, dispatches } = request;
  const standings = await standingsOf(request, ports);
  const ended = standings.flatMap((standing) => (standing.kind === 'ended' ? [standing.shown] : []));
  const changes = await ports.announcements.changes(ended.flatMap(mayHaveChanges));
  for (const shown of ended)
    await publishAnnouncement(announcementOf(shown, changes.get(shown.dispatchId) ?? UNCHANGED), ports);
  const waiting = standings.filter(({ kind }) => kind === 'not-seen-yet').length;
  if (waiting > 0) throw new RetryLater('the end of a list is not to be seen yet', { runId });
  ports.log.info({ runId, dispatches: dispatches.length, announced: ended.length }, 'ends announced');
  return 'announced';
}

/** Changes are worked out from lists that were read to an end: of others there is nothing to ask. */
function mayHaveChanges({ dispatchId, parentId, state }: ShownDispatch) {
  return parentId === null || NOT_READ.has(state) ? [] : [{ dispatchId, parentId }];
}

async function standingsOf(
  { runId, dispatches }: AnnouncementRequest,
  { announcements, knownLists }: AnnouncePorts,
): Promise<Standing[]> {
  const shown = await announcements.shown(
    dispatches.map(({ dispatchId, dispatchedAt }) => {
      return { runId, dispatchId, dispatchedAtMs: Date.parse(dispatchedAt) };
    }),
  );
  const standings = dispatches.map((dispatch) => standingOf(dispatch, shown.get(dispatch.dispatchId)));
  // No view shows whoever is forgotten, and none ever will.
  const isMissing = dispatches.some(({ dispatchId, isOver }) => isOver && !shown.has(dispatchId));
  if (!isMissing) return standings;
  const { ids, usernames } = await knownLists.forgotten();
  const isForgotten = ({ parent }: EndedDispatch) =>
    ids.includes(parent.id ?? '') || usernames.includes(parent.username.toLowerCase());
  return dispatches.map((dispatch, index) =>
    isForgotten(dispatch) ? { kind: 'nothing-to-say' } : (standings[index] as Standing),
  );
}

/** A list that was read to its end stays so; of one that a planner has given up there may be more by now. */
function standingOf({ isOver, pages }: EndedDispatch, shown: ShownDispatch | undefined): Standing {
  // What a planner has recorded every query sees.
  if (!shown) return { kind: isOver ? 'not-seen-yet' : 'nothing-to-say' };
  if (!shown.isWhole) return { kind: 'not-seen-yet' };
  if (shown.isFinal) return { kind: 'ended', shown };
  if (isOver || shown.pagesDone < pages) return { kind: 'not-seen-yet' };
  return isEndState(shown.state) ? { kind: 'ended', shown } : { kind: 'nothing-to-say' };
}

const isEndState = (state: string): state is EndState => END_STATES.some((end) => end === state);

function announcementOf(shown: ShownDispatch, counts: ChangeCounts): Announcement {
  const { runId, dispatchId, dispatchedAtMs, job, parentId, parentUsername, mode, state, reason } = shown;
  const { friendsListed, costUsd } = shown;
  return {
    ...{ runId, dispatchId, dispatchedAt: isoOf(dispatchedAtMs), job: { name: job } },
    parent: { ...(parentId !== null && { id: parentId }), username: parentUsername },
    ...{ mode, state: state as EndState, ...(reason !== null && { reason }) },
    ...{ friendsListed, ...counts, costUsd },
  };
}

/** Other lists of a request that comes again have been announced already. */
function publishAnnouncement(
  announcement: Announcement,
  { bus, config, published }: AnnouncePorts,
): Promise<void> {
  const { id, username } = announcement.parent;
  const orderingKey = id ?? username.toLowerCase();
  return publishOnce(JSON.stringify(announcement), published, () =>
    bus.publish(config.TOPIC_CHANGES, announcement, { orderingKey }),
  );
}
