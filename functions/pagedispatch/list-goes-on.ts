import { type DispatchRequest, usableMetadata } from '../../shared/messages/dispatch-request.ts';
import type { GoesOn } from '../../shared/plan/recorded.ts';

/** R17: what a request says of a list that goes on; undefined: it is another request. */
export function goesOnIn({
  continues,
  parents,
  pageSize,
  dispatchedAt,
}: DispatchRequest): GoesOn | undefined {
  const [parent] = parents;
  const metadata = usableMetadata(parent);
  if (!continues || !parent || !metadata || pageSize === undefined || dispatchedAt === undefined)
    return undefined;
  const { dispatchId, afterPage, totalPages, maxFriends } = continues;
  const { id: parentId, friendsCount } = metadata;
  const account = { parentId, parentUsername: parent.username, friendsCount };
  const dispatchedAtMs = Date.parse(dispatchedAt);
  return { afterPage, plan: { dispatchId, dispatchedAtMs, ...account, totalPages, pageSize, maxFriends } };
}
