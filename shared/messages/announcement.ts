import type { ANNOUNCEMENT } from './schemas/announcement.ts';
import type { MessageOf } from './schemas/message-of.ts';

/** Topic `changes`: a list has ended (R31). For others, and what is in it stays: fields may be added. */
export type Announcement = MessageOf<typeof ANNOUNCEMENT>;

/** How a list may have ended. */
export type EndState = Announcement['state'];
