import { nthPerson } from './people.ts';
import { declare, type World } from './world.ts';

const friends = (counts: Record<string, number>) =>
  Object.entries(counts).map(([username, count]) => ({ username, friends: count }));

/** Chosen so that one person vanishes from four of these lists within a day: infra/bigquery/EXAMPLES.md asks who. */
const TASTE = 277_000;

/** Follows people of one taste, from the `first` of them on: whoever starts within another's list shares its rest. */
const follower = (username: string, friends: number, first: number) => ({
  username,
  friends,
  key: nthPerson(TASTE, first),
});

/** What the demo scrapes, on day 0: a username says what is peculiar. `unknown_account` is not in it. */
export const demoWorld = (): World =>
  declare({ seed: 1, day: 0, accounts: [] }, [
    ...friends({ zero_friends: 0, exactly_1000: 1_000, three_pages: 2_500, given_metadata: 300 }),
    follower('ewan_mcallister', 87, 0),
    follower('sunita_rao', 231, 40),
    follower('marta_lindqvist', 12, 55),
    follower('theo_vandijk', 540, 60),
    follower('beatriz_souza', 880, 200),
    ...friends({ the_herald: 25 }), // a grandparent, as is
    { username: 'city_observer', friends: 40, id: '1600000000000000001' },
    { username: 'lists_more', friends: 1_400, saysCount: 1_000 },
    { username: 'lists_fewer', friends: 1_900, saysCount: 2_100 },
    { username: 'protected_one', friends: 120, status: 'protected' },
    { username: 'suspended_one', friends: 80, status: 'suspended' },
  ]);
