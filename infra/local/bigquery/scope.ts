import type { Tree } from './tree.ts';

/** The names that one SELECT gives. */
export class Scope {
  /** Of FROM, lower-cased: for an element of UNNEST, or its offset, the alias of that UNNEST; for a table null. */
  readonly names = new Map<string, string | null>();
  readonly items: Tree[];
  readonly outer: Scope | null;
  unnests = false;
  /** In HAVING, QUALIFY and ORDER BY a name means the select item of that name; a column only if there is none. */
  inClauses = false;

  constructor(items: Tree[], outer: Scope | null) {
    this.items = items;
    this.outer = outer;
  }
}
