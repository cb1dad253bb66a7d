import { declare, type World } from './world.ts';

const friends = (counts: Record<string, number>) =>
  Object.entries(counts).map(([username, count]) => ({ username, friends: count }));

/** What the demo scrapes, on day 0: a username says what is peculiar. `unknown_account` is not in it. */
export const demoWorld = (): World =>
  declare({ seed: 1, day: 0, accounts: [] }, [
    ...friends({ zero_friends: 0, exactly_1000: 1_000, three_pages: 2_500, given_metadata: 300 }),
    ...friends({ marta_lindqvist: 12, ewan_mcallister: 87, sunita_rao: 231 }),
    ...friends({ theo_vandijk: 540, beatriz_souza: 880 }),
    ...friends({ the_herald: 25 }), // a grandparent, as is
    { username: 'city_observer', friends: 40, id: '1600000000000000001' },
    { username: 'lists_more', friends: 1_400, saysCount: 1_000 },
    { username: 'lists_fewer', friends: 1_900, saysCount: 2_100 },
    { username: 'protected_one', friends: 120, status: 'protected' },
    { username: 'suspended_one', friends: 80, status: 'suspended' },
  ]);
