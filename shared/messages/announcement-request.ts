import { ANNOUNCEMENT_REQUEST } from './schemas/announcement-request.ts';
import type { MessageOf } from './schemas/message-of.ts';
import { decoder } from './validate.ts';

/** Topic `getpage`: please announce, once that is to be seen, that these have ended (R31). Ours: unknown fields are ignored. */
export type AnnouncementRequest = MessageOf<typeof ANNOUNCEMENT_REQUEST>;

/** A dispatch that has ended, as far as who asks for its announcement knows. */
export type EndedDispatch = AnnouncementRequest['dispatches'][number];

const decode = decoder<AnnouncementRequest>(ANNOUNCEMENT_REQUEST);

/** Null: it is another message. Throws Rejected. */
export function decodeAnnouncementRequest(json: unknown): AnnouncementRequest | null {
  const isOne = typeof json === 'object' && json !== null && 'dispatches' in json;
  return isOne ? decode(json) : null;
}
