import type { Bus } from '../../shared/bus.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import type { AnnouncementRequest, EndedDispatch } from '../../shared/messages/announcement-request.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { endsBefore, isEnd, type StoredPage } from '../../shared/plan/chain.ts';
import { askedTogether } from '../../shared/together.ts';
import type { GetPagePorts } from './handler.ts';
import { publishOnce } from './publish-once.ts';

interface Ended {
  runId: string;
  dispatch: EndedDispatch;
}

/** Publishes that lists have ended. Throws RetryLater. */
export type EndRequests = (ended: Ended[]) => Promise<void>;

/** For so long after a request there is no other, in ms: of lists that end at a time each would be one to wait for. */
const PAUSE_MS = 250;

/** Under no ordering key: it may wait, and no page is to wait behind it. */
export function createEndRequests({
  bus,
  clock,
  config,
}: {
  bus: Bus;
  clock: Clock;
  config: Pick<Config, 'TOPIC_GETPAGE'>;
}): EndRequests {
  return askedTogether(
    async (ended) => {
      for (const [runId, ofRun] of Map.groupBy(ended, (one) => one.runId)) {
        const request: AnnouncementRequest = { runId, dispatches: ofRun.map(({ dispatch }) => dispatch) };
        await bus.publish(config.TOPIC_GETPAGE, request);
      }
    },
    () => clock.sleep(PAUSE_MS),
  );
}

/**
 * R31: asks for the announcement of a list that has ended with this page, or before it; of each end once in ten minutes,
 * since other pages of it find that too, and another instance may have found another end. Throws RetryLater.
 */
export async function askForAnnouncement(
  { runId, dispatchId, dispatchedAt, parent, pageNumber }: PageRequest,
  pages: StoredPage[],
  { endRequests, published }: Pick<GetPagePorts, 'endRequests' | 'published'>,
): Promise<void> {
  if (!endsBefore(pages, pageNumber + 1)) return;
  const { id, username } = parent;
  const dispatch = { dispatchId, dispatchedAt, parent: { id, username }, isOver: true, pages: 0 };
  const ends = pages.filter(isEnd).map(({ fetchId }) => fetchId);
  const name = [dispatchId, 'end', ...ends.sort()].join('/');
  await publishOnce(name, published, () => endRequests([{ runId, dispatch }]));
}
