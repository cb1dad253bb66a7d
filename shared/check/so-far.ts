import type { KnownList } from './known-list.ts';
import type { CheckPlan } from './plan.ts';

/** A check as it stands with its newest page: all that the verdict depends on. */
export interface CheckSoFar {
  plan: CheckPlan;
  /** Folded from the rows up to the plan's base. */
  known: KnownList;
  /** Friend ids of each page by its lineage, the newest page last, as X returned them. */
  pages: readonly (readonly string[])[];
  /** X's answer to the newest page had no next token. */
  isEnd: boolean;
  /** Friends that X has named without listing them, or may have: where they are missing, neither listed nor gone. */
  unknown: ReadonlySet<string>;
  /** Accounts that must not be shown: for the verdict they are in neither list. */
  forgotten: ReadonlySet<string>;
}

export function friendsReturned({ pages }: Pick<CheckSoFar, 'pages'>): number {
  return pages.reduce((sum, page) => sum + page.length, 0);
}

/** Whom X has listed so far, in its order, each once. */
export function listedSoFar({ pages, forgotten }: Pick<CheckSoFar, 'pages' | 'forgotten'>): string[] {
  return [...new Set(pages.flat())].filter((id) => !forgotten.has(id));
}
