export type KnownFault =
  /** A plan whose append was unknown lands, and being earlier replaces the one that was used meanwhile. */
  | 'plan late'
  /** The same after a later planning that refused the parent: planned, and never published. */
  | 'plan late after a refusal'
  /** A plan whose pages were not published yet is refused by the next day's budget: nobody is told why. */
  | 'refused on a later day'
  /** Pages beyond the plan that are published again count for the run, whose cap nobody asks. */
  | 'pages beyond the plan, published again'
  /** Pages are bought while the warehouse is away, more than can be held. */
  | 'page in hand forgotten'
  /** A page that waited at X's gate is bought although another could not be stored meanwhile. */
  | 'page bought after a wait at the gate'
  /** The warehouse gate lets one message through at a time, whether it stores anything or not. */
  | 'warehouse gate stays shut';

/** What is reported and not mended yet: a simulation ends where it meets one, and says so instead of failing. */
export const KNOWN_FAULTS: readonly KnownFault[] = [
  'plan late',
  'plan late after a refusal',
  'refused on a later day',
];
