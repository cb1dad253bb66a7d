import { ACCOUNTS_PER_LOOKUP } from '../../x/limits.ts';
import { ACCOUNT, count, OF_DISPATCH } from './parts.ts';

export const ANNOUNCEMENT_REQUEST = {
  $id: 'dodo/announcement-request/1',
  title: 'AnnouncementRequest',
  description:
    "Topic getpage: please announce, once that is to be seen, that these have ended. Dodo's own; unknown fields are ignored.",
  type: 'object',
  required: ['runId', 'dispatches'],
  properties: {
    runId: OF_DISPATCH.runId,
    dispatches: {
      description: 'The dispatches that have ended, as far as who asks knows.',
      type: 'array',
      minItems: 1,
      maxItems: ACCOUNTS_PER_LOOKUP,
      items: {
        type: 'object',
        required: ['dispatchId', 'dispatchedAt', 'parent', 'isOver', 'pages'],
        properties: {
          dispatchId: OF_DISPATCH.dispatchId,
          dispatchedAt: OF_DISPATCH.dispatchedAt,
          parent: {
            description: 'Whose list it is; without an id where X never told one.',
            type: 'object',
            required: ['username'],
            properties: ACCOUNT,
          },
          isOver: {
            description:
              'Its list, or its check, was read to an end; else a planner has recorded why it is not read, or not further.',
            type: 'boolean',
          },
          pages: count('So many pages of it were scraped, and are to be seen.'),
        },
      },
    },
  },
} as const;
