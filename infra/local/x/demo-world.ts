import { nthPerson } from './people.ts';
import { declare, type World } from './world.ts';

const friends = (counts: Record<string, number>) =>
  Object.entries(counts).map(([username, count]) => ({ username, friends: count }));

/**
 * Chosen so that within the demo's days one person vanishes from four of these lists at once, and others come back:
 * infra/bigquery/EXAMPLES.md asks who.
 */
const TASTE = 277_000;

/**
 * Follows people of one taste, from the `first` of them on: whoever starts within another's list shares its rest, and
 * whose lists end with the same person go on to the next ones, on the same day if they are long.
 */
const follower = (username: string, friends: number, first: number) => ({
  username,
  friends,
  key: nthPerson(TASTE, first),
});

/** What the demo scrapes, on day 0: a username says what is peculiar. `unknown_account` is not in it. */
export const demoWorld = (): World =>
  declare({ seed: 1, day: 0, accounts: [] }, [
    ...friends({ zero_friends: 0, exactly_1000: 1_000, given_metadata: 300 }),
    { username: 'three_pages', friends: 2_500, churn: { gone: 6, fresh: 4, back: 250 } },
    follower('ewan_mcallister', 87, 0),
    follower('sunita_rao', 231, 369),
    follower('marta_lindqvist', 12, 55),
    follower('theo_vandijk', 540, 60),
    follower('beatriz_souza', 880, -280),
    ...friends({ the_herald: 25 }), // a grandparent, as is
    { username: 'city_observer', friends: 40, id: '1600000000000000001' },
    { username: 'lists_more', friends: 1_400, saysCount: 1_000 },
    { username: 'lists_fewer', friends: 1_900, saysCount: 2_100 },
    { username: 'protected_one', friends: 120, status: 'protected' },
    { username: 'suspended_one', friends: 80, status: 'suspended' },
  ]);
