import { isAccountId, isAnyUsername } from './formats.ts';
import { ACCOUNT } from './parts.ts';
import { checker } from './validate.ts';

/** What is carried along of the account through which a parent was found. */
export interface Grandparent {
  id?: string;
  username?: string;
}

const check = checker<{ id: string; username: string }>({
  $id: 'dodo/grandparent/1',
  type: 'object',
  required: ['id', 'username'],
  properties: {
    ...ACCOUNT,
    name: { type: 'string' },
    friendsCount: { type: 'integer', minimum: 0 },
  },
});

/** What is readable of a grandparent, and why the rest is not (empty: it is sound). */
export function readGrandparent(given: Record<string, unknown>): { readable: Grandparent; errors: string[] } {
  const result = check(given);
  return {
    readable: {
      ...(isAccountId(given.id) && { id: given.id }),
      ...(isAnyUsername(given.username) && { username: given.username }),
    },
    errors: 'errors' in result ? result.errors : [],
  };
}
