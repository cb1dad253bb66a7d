import type { Mutant } from './mutant.ts';
import { OF_ANNOUNCEMENTS } from './of-announcements.ts';
import { OF_ANSWERS } from './of-answers.ts';
import { OF_CAPS } from './of-caps.ts';
import { OF_CHECK_DISPATCHES } from './of-check-dispatches.ts';
import { OF_CHECKS } from './of-checks.ts';
import { OF_OPERATORS } from './of-operators.ts';
import { OF_PAGES } from './of-pages.ts';
import { OF_PLANNING } from './of-planning.ts';
import { OF_REFUSALS } from './of-refusals.ts';
import { OF_STOPS } from './of-stops.ts';
import { OF_TABLES } from './of-tables.ts';
import { OF_VIEWS } from './of-views.ts';
import { OF_VIEWS_OF_CHECKS } from './of-views-of-checks.ts';

/** Each rule that DESIGN.md marks with ◆ is left out by at least one of them: rules.test.ts. */
export const MUTANTS: Mutant[] = [
  ...OF_PLANNING,
  ...OF_CAPS,
  ...OF_PAGES,
  ...OF_TABLES,
  ...OF_VIEWS,
  ...OF_ANSWERS,
  ...OF_REFUSALS,
  ...OF_CHECKS,
  ...OF_STOPS,
  ...OF_OPERATORS,
  ...OF_CHECK_DISPATCHES,
  ...OF_VIEWS_OF_CHECKS,
  ...OF_ANNOUNCEMENTS,
];
