import type { Row } from '../views/rows.ts';
import { compare } from './chain.ts';

/**
 * Usernames in one spelling each: the newest that X has returned; of one that X never returned, that of the newest
 * request; of one that no plan names, lower case.
 */
export function spelling(observations: Row[], plans: Row[]) {
  const ofX = observations
    .filter(({ id, username }) => id !== null && username !== null)
    .map(({ username, observed_at }) => ({ name: username, at: observed_at }));
  const ofRequests = plans.flatMap(({ parent_username, grandparent_username, dispatched_at }) =>
    [parent_username, grandparent_username].flatMap((name) => (name ? { name, at: dispatched_at } : [])),
  );
  const spellings = new Map([...newestLast(ofRequests), ...newestLast(ofX)]);
  const spelled = (name: string): string => spellings.get(name.toLowerCase()) ?? name.toLowerCase();
  return <R extends { parent_username: string; grandparent_username: string | null }>(row: R): R => ({
    ...row,
    parent_username: spelled(row.parent_username),
    grandparent_username: row.grandparent_username === null ? null : spelled(row.grandparent_username),
  });
}

const newestLast = (named: { name: unknown; at: unknown }[]) =>
  named
    .sort((a, b) => compare(`${a.at}`, `${b.at}`) || compare(`${b.name}`, `${a.name}`))
    .map(({ name }) => [`${name}`.toLowerCase(), `${name}`] as const);
