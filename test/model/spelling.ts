import type { Row } from '../views/rows.ts';
import { compare } from './chain.ts';

/** A username in the newest spelling that X has returned of it; one that X never returned, as it was typed. */
export function spelling(observations: Row[]) {
  const newestLast = observations
    .filter(({ id, username }) => id !== null && username !== null)
    .sort(
      (a, b) => compare(`${a.observed_at}`, `${b.observed_at}`) || compare(`${b.username}`, `${a.username}`),
    );
  const spellings = new Map(
    newestLast.map(({ username }) => [`${username}`.toLowerCase(), `${username}`] as const),
  );
  return <R extends { parent_username: string }>(row: R): R => ({
    ...row,
    parent_username: spellings.get(row.parent_username.toLowerCase()) ?? row.parent_username,
  });
}
