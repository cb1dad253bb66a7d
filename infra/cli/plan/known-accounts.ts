import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { isAccountId, isCount } from '../../../shared/messages/formats.ts';
import { forgottenAccounts } from '../forgotten/accounts.ts';
import type { Target } from '../target/target.ts';
import { type KnownCount, keyOfId, lastWords } from './known-counts.ts';

/** What history knows that bears on a new run. Where a parent has an id that counts, as for X (R4), else its name. */
export interface KnownAccounts {
  countOf(parent: RequestedParent): KnownCount | undefined;
  /** The id that X has given. */
  idOf(parent: RequestedParent): string | undefined;
  /** 'gone': X called it suspended, not found or protected when it was asked last. */
  standingOf(parent: RequestedParent): 'there' | 'gone' | 'never seen';
  isForgotten(parent: RequestedParent): boolean;
}

/** Throws RetryLater. */
export async function knownAccounts(target: Target, parents: RequestedParent[]): Promise<KnownAccounts> {
  const asked = {
    ids: parents.flatMap(({ id }) => (isAccountId(id) ? id : [])),
    usernames: parents.flatMap(({ id, username }) => (isAccountId(id) ? [] : username.toLowerCase())),
  };
  const counted = new Set(parents.flatMap((parent) => (isCount(parent.friendsCount) ? keyOf(parent) : [])));
  const [words, forgotten] = await Promise.all([
    lastWords(target, asked, counted),
    forgottenAccounts(target),
  ]);
  const wordOf = (parent: RequestedParent) => words.get(keyOf(parent));
  const gone = new Set<unknown>(forgotten.flatMap(({ id }) => id ?? []));
  const goneNames = new Set(forgotten.map(({ username }) => username));
  return {
    countOf: (parent) => wordOf(parent)?.count ?? undefined,
    idOf: (parent) => wordOf(parent)?.id ?? undefined,
    standingOf(parent) {
      const word = wordOf(parent);
      if (word && !word.isThere) return 'gone';
      return word && word.id !== null ? 'there' : 'never seen';
    },
    isForgotten: (parent) =>
      goneNames.has(parent.username.toLowerCase()) || gone.has(parent.id ?? wordOf(parent)?.id),
  };
}

const keyOf = ({ id, username }: RequestedParent): string =>
  isAccountId(id) ? keyOfId(id) : username.toLowerCase();
