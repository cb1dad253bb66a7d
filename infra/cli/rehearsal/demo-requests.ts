import type { DispatchRequest } from '../../../shared/messages/dispatch-request.ts';

/** The two requests of a day in the demo; the second one's grandparent is malformed on purpose. */
export const DEMO_REQUESTS: DispatchRequest[] = [
  {
    job: { name: 'demo-lists' },
    grandparent: { id: '1600000000000000001', username: 'city_observer' },
    parents: [
      { username: 'zero_friends' },
      { username: 'exactly_1000' },
      { username: 'three_pages' },
      { username: 'lists_more' },
      { username: 'lists_fewer' },
      { username: 'protected_one' },
      { username: 'suspended_one' },
    ],
  },
  {
    job: { name: 'demo-people' },
    grandparent: { username: 'the_herald', id: 'not a number' },
    parents: [
      { username: 'nobody_here' },
      { username: 'given_metadata' },
      { username: 'marta_lindqvist' },
      { username: 'ewan_mcallister' },
      { username: 'sunita_rao' },
      { username: 'theo_vandijk' },
      { username: 'beatriz_souza' },
    ],
  },
];
