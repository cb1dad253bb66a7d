import { ACCOUNT } from './parts.ts';

export const GRANDPARENT = {
  $id: 'dodo/grandparent/1',
  title: 'Grandparent',
  description:
    'The account through which a parent was found, as the field "grandparent" of a DispatchRequest should name it. One that is malformed is no reason to reject a request: X is asked about it by what is readable.',
  type: 'object',
  required: ['id', 'username'],
  properties: {
    ...ACCOUNT,
    name: { description: 'What it calls itself.', type: 'string' },
    friendsCount: { description: 'How many friends it has.', type: 'integer', minimum: 0 },
  },
} as const;
