import type { DispatchRequest } from '../../../shared/messages/dispatch-request.ts';

const named = (usernames: string) => usernames.split(' ').map((username) => ({ username }));

export const LISTS_REQUEST: DispatchRequest = {
  job: { name: 'demo-lists' },
  grandparent: { id: '1600000000000000001', username: 'city_observer' },
  parents: named('zero_friends exactly_1000 three_pages lists_more lists_fewer protected_one suspended_one'),
};

/** Its grandparent is malformed on purpose. */
export const PEOPLE_REQUEST: DispatchRequest = {
  job: { name: 'demo-people' },
  grandparent: { username: 'the_herald', id: 'not a number' },
  parents: named(
    'nobody_here given_metadata marta_lindqvist ewan_mcallister sunita_rao theo_vandijk beatriz_souza',
  ),
};

/** The day of checks, of lists that were read in full before. */
export const CHECK_REQUEST: DispatchRequest = {
  job: { name: 'demo-checks' },
  mode: 'check',
  // Past the end of the demo's days: else some of the lists would be due for a full read already.
  keyframeDays: 366,
  maxDepth: 100,
  parents: named(
    'exactly_1000 three_pages marta_lindqvist ewan_mcallister sunita_rao theo_vandijk beatriz_souza',
  ),
};
