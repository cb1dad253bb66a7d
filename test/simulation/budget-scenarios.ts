import fc from 'fast-check';

export type Kind = 'given' | 'looked up' | 'protected' | 'unknown';
export interface Parent {
  kind: Kind;
  friends: number;
}

/** A number of runs and what becomes of them; money in millionths of a dollar. */
export interface Scenario {
  pageSize: number;
  price: { friend: number; user: number };
  /** As a share of what everything together would cost; null: no cap. */
  caps: { request: number | null; run: number | null; day: number | null };
  /** Pages of one run that can be fetched before its messages expire. */
  retentionPages: number;
  /** The parents by run and chunk. */
  runs: Parent[][][];
  rounds: Round[];
}

export interface Round {
  /** That pass before it. */
  hours: number;
  /** Side by side. `copy`: which of two messages with the same content; the same one again is a redelivery. */
  deliveries: { run: number; chunk: number; copy: number }[];
  /** After the round every so many-th page that was asked for is stored; 0: none. */
  storeEvery: number;
}

const share = fc.option(
  fc.integer({ min: 0, max: 12 }).map((tenths) => tenths / 10),
  { freq: 2 },
);
const parent = fc.record({
  kind: fc.constantFrom<Kind>('given', 'given', 'looked up', 'looked up', 'protected', 'unknown'),
  friends: fc.oneof(fc.nat(3000), fc.constantFrom(0, 1, 1000, 2000)),
});
const few = <T>(of: fc.Arbitrary<T>, maxLength: number) => fc.array(of, { minLength: 1, maxLength });

/** Without fast-check's liking for extremes: a cap or a price of 0 lets nothing else happen. */
export const scenario: fc.Arbitrary<Scenario> = fc.noBias(
  fc.record({
    pageSize: fc.integer({ min: 500, max: 1000 }),
    price: fc.record({ friend: fc.nat(20_000), user: fc.nat(2_000_000) }),
    caps: fc.record({ request: share, run: share, day: share }),
    retentionPages: fc.integer({ min: 6, max: 31 }),
    runs: few(few(few(parent, 3), 3), 2),
    rounds: few(
      fc.record({
        hours: fc.constantFrom(0, 0, 1, 13, 25, 25),
        deliveries: few(fc.record({ run: fc.nat(1), chunk: fc.nat(2), copy: fc.nat(1) }), 5),
        storeEvery: fc.nat(3),
      }),
      5,
    ),
  }),
);

/** Everything that is to be met happens in this one. */
export const EVENTFUL: Scenario = {
  pageSize: 1000,
  price: { friend: 10_000, user: 10_000 },
  caps: { request: null, run: 0.9, day: null },
  retentionPages: 31,
  runs: [
    [
      [
        { kind: 'given', friends: 2000 },
        { kind: 'looked up', friends: 1000 },
      ],
      [
        { kind: 'protected', friends: 0 },
        { kind: 'unknown', friends: 0 },
        { kind: 'given', friends: 3000 },
      ],
    ],
  ],
  rounds: [0, 25].map((hours) => ({
    hours,
    deliveries: [0, 1].map((chunk) => ({ run: 0, chunk, copy: 0 })),
    storeEvery: 2,
  })),
};

export const microsOf = (usd: number) => Math.round(usd * 1e6);
const usdOf = (micros: number) => (micros / 1e6).toFixed(6);

/** The caps of a scenario in millionths of a dollar; null: none. */
export function capsOf({ price, caps, runs }: Scenario) {
  const all = runs
    .flat(2)
    .reduce(
      (sum, { kind, friends }) => sum + friends * price.friend + (kind === 'given' ? 0 : price.user),
      0,
    );
  const cap = (of: number | null) => (of === null ? null : Math.round(of * all));
  return { request: cap(caps.request), run: cap(caps.run), day: cap(caps.day) };
}

export function settingsOf(given: Scenario): Record<string, string> {
  const { run, day } = capsOf(given);
  return {
    PRICE_PER_FRIEND_USD: usdOf(given.price.friend),
    PRICE_PER_USER_USD: usdOf(given.price.user),
    ...(run !== null && { MAX_RUN_COST_USD: usdOf(run) }),
    ...(day !== null && { DAILY_BUDGET_USD: usdOf(day) }),
    // One call a day: as many pages as days.
    ...{ X_CALLS_PER_WINDOW: '1', X_WINDOW_SECONDS: '86400', RETENTION_DAYS: String(given.retentionPages) },
  };
}

/** As the request names it; `number` tells it from the others of its run. */
export function parentOf({ kind, friends }: Parent, number: number) {
  switch (kind) {
    case 'given':
      return { username: `given_${number}`, id: String(1000 + number), friendsCount: friends };
    case 'looked up':
      return { username: `parent_${number}_${friends}` };
    case 'protected':
      return { username: `locked_${number}` };
    case 'unknown':
      return { username: `nobody_${number}` };
  }
}
