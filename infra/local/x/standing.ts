/** Whom X suspends, deletes and gives back: by order, and beside that as chance has it. */
import { personOf, statusOf } from './people.ts';
import type { Account, World } from './world.ts';

/** From `day` on the account of that id is what `status` says, until the next change. */
export type StatusChange = { id: string; status: Account['status']; day: number };

/** The account as it stands on that day. One that is given back has its old place in every list. */
export function withStatus({ statuses = [] }: World, account: Account, day: number): Account {
  const ordered = statuses.findLast((change) => change.id === account.id && change.day <= day);
  return ordered ? { ...account, status: ordered.status } : account;
}

/**
 * What X does with a person as a friend: a suspended one goes on being counted and is left out of pages after they
 * were cut; a deleted one, which may be deactivated only, is in neither. One suspended by chance is in neither too,
 * unless the world has `losses`.
 */
export function standingOn({ seed, losses, statuses = [] }: World, day: number) {
  const began = statuses.filter((change) => change.day <= day);
  const ordered = new Map(began.map(({ id, status }) => [personOf(id), status]));
  return (person: number): 'listed' | 'counted' | 'uncounted' => {
    const order = ordered.get(person);
    const status = order ?? statusOf(seed, person, day, losses);
    if (status === 'active' || status === 'protected') return 'listed';
    return status === 'suspended' && (order || losses) ? 'counted' : 'uncounted';
  };
}
