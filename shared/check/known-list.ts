import { align } from './align.ts';
import { LinkedIds } from './linked-ids.ts';
import type { CheckRecord } from './record.ts';

/** Whom a parent followed as far as it is known, newest first. */
export interface KnownList {
  ids: readonly string[];
  /** Were listed since the last full read, and are gone since. */
  former: ReadonlySet<string>;
}

/** One check that has ended: friend ids in X's order over all pages of its chain, and the record of its last page. */
export interface CheckRead {
  listed: readonly string[];
  check: Pick<CheckRecord, 'frontier_id' | 'missing' | 'withheld'>;
}

/**
 * The last full read, overlaid with the checks that rest on it, oldest first, up to the base. A check stands for the
 * list down to its frontier; below it the list is carried. `forgotten` accounts are left out. Linear in the full
 * read and in what the checks have read.
 */
export function knownList(
  fullRead: readonly string[],
  checks: readonly CheckRead[],
  forgotten: ReadonlySet<string> = new Set(),
): KnownList {
  const list = new LinkedIds(fullRead.filter((id) => !forgotten.has(id)));
  for (const { listed, check } of checks) {
    const ids = [...new Set(listed)].filter((id) => !forgotten.has(id));
    overlay(list, ids, check);
  }
  return { ids: list.ids(), former: list.removed() };
}

function overlay(list: LinkedIds, listed: string[], check: CheckRead['check']): void {
  const frontier = check.frontier_id;
  const isMet = frontier !== null && list.has(frontier);
  const known = isMet ? list.downTo(frontier) : [];
  const read = isMet ? listed.slice(0, listed.indexOf(frontier) + 1) : listed;
  const kept = new Set([...read, ...check.withheld]);
  for (const id of known) if (!kept.has(id)) list.remove(id);
  // A frontier that is forgotten since is to be met no more; who was found gone above it does not come back for that.
  if (frontier !== null && !isMet) for (const id of check.missing) list.remove(id);

  // What is withheld stays between the anchors around it; everything else is put where X lists it.
  const anchors = new Set(check.withheld.length > 0 ? align(known, read).anchors.map(({ id }) => id) : []);
  let before: string | null = null;
  for (const [at, id] of listed.entries()) {
    const isCarried = at >= read.length && list.has(id);
    if (!anchors.has(id) && !isCarried) list.insertAfter(before, id);
    before = id;
  }
}
