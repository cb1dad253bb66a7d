import { Rejected } from '../errors.ts';
import { maxFriendsOf } from '../plan/pages.ts';
import type { ModeReason } from '../plan/reading.ts';
import type { MessageOf } from './schemas/message-of.ts';
import { PAGE_REQUEST } from './schemas/page-request.ts';
import { decoder } from './validate.ts';

type Given = MessageOf<typeof PAGE_REQUEST>;

/** Topic `getpage`: please scrape this page. Ours, so unknown fields are ignored (rolling deploys). */
export interface PageRequest extends Given {
  /** R21: the most friends that may be bought on all pages together. */
  maxFriends: number;
  /** Written by us; one that a later version knows is taken as it is. */
  modeReason?: ModeReason;
}

const decode = decoder<Omit<PageRequest, 'maxFriends'> & Pick<Given, 'maxFriends'>>(PAGE_REQUEST);

/** Throws Rejected. */
export function decodePageRequest(json: unknown): PageRequest {
  const request = decode(json);
  const { mode, check, base } = request;
  if ((mode === 'check') !== (check !== undefined) || (check && !base))
    throw new Rejected(['a check has a plan and a base, and nothing else has a plan']);
  const { parent, totalPages, pageSize } = request;
  const { maxFriends = maxFriendsOf(parent.friendsCount, totalPages, pageSize) } = request;
  return { ...request, maxFriends };
}
