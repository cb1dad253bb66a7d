import { isAccountId, isAnyUsername } from './formats.ts';
import { GRANDPARENT } from './schemas/grandparent.ts';
import type { MessageOf } from './schemas/message-of.ts';
import { checker } from './validate.ts';

/** What is carried along of the account through which a parent was found. */
export type Grandparent = Partial<Pick<MessageOf<typeof GRANDPARENT>, 'id' | 'username'>>;

const check = checker<MessageOf<typeof GRANDPARENT>>(GRANDPARENT);

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
