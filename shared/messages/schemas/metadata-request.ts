import { ACCOUNT, OF_DISPATCH, REQUIRED_OF_DISPATCH } from './parts.ts';

export const METADATA_REQUEST = {
  $id: 'dodo/metadata-request/1',
  title: 'MetadataRequest',
  description:
    "Topic getmetadata: please ask X about this account, by its id where there is one. Dodo's own; unknown fields are ignored.",
  type: 'object',
  required: [...REQUIRED_OF_DISPATCH, 'role', 'reason'],
  anyOf: [
    { required: ['username'], properties: { username: {} } },
    { required: ['id'], properties: { id: {} } },
  ],
  properties: {
    ...OF_DISPATCH,
    role: {
      description: 'What the account is to the dispatch.',
      type: 'string',
      enum: ['grandparent', 'vanished_friend'],
    },
    ...ACCOUNT,
    reason: { description: 'Why it is asked for: what was malformed, say.', type: 'string' },
  },
} as const;
