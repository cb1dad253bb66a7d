import { CHUNK_PARENTS } from './dispatch-request.ts';
import { COUNT } from './formats.ts';
import { ACCOUNT, OF_DISPATCH } from './parts.ts';
import { decoder } from './validate.ts';

/** A dispatch that has ended, as far as who asks for its announcement knows. */
export interface EndedDispatch {
  dispatchId: string;
  /** ISO 8601; the partition of its pages. */
  dispatchedAt: string;
  parent: { id?: string; username: string };
  /** Its list, or its check, was read to an end; else a planner has recorded why it is not read, or not further. */
  isOver: boolean;
  /** So many pages of it were scraped, and are to be seen. */
  pages: number;
}

/** Topic `getpage`: please announce, once that is to be seen, that these have ended (R31). Ours: unknown fields are ignored. */
export interface AnnouncementRequest {
  runId: string;
  dispatches: EndedDispatch[];
}

const { runId, dispatchId, dispatchedAt } = OF_DISPATCH;

const decode = decoder<AnnouncementRequest>({
  $id: 'dodo/announcement-request/1',
  type: 'object',
  required: ['runId', 'dispatches'],
  properties: {
    runId,
    dispatches: {
      type: 'array',
      minItems: 1,
      maxItems: CHUNK_PARENTS,
      items: {
        type: 'object',
        required: ['dispatchId', 'dispatchedAt', 'parent', 'isOver', 'pages'],
        properties: {
          ...{ dispatchId, dispatchedAt },
          parent: { type: 'object', required: ['username'], properties: ACCOUNT },
          isOver: { type: 'boolean' },
          pages: { ...COUNT, minimum: 0 },
        },
      },
    },
  },
});

/** Null: it is another message. Throws Rejected. */
export function decodeAnnouncementRequest(json: unknown): AnnouncementRequest | null {
  const isOne = typeof json === 'object' && json !== null && 'dispatches' in json;
  return isOne ? decode(json) : null;
}
