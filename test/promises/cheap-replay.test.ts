import { describe, expect, test } from 'vitest';
import { simulated, timesOf } from '../simulation/simulated.ts';

const WORLDS = 15;

describe('Cheap replay: republishing a finished run makes zero calls to X', () => {
  // checks/end.ts publishes each finished run again, delivers each of its messages again, and counts X's calls.
  test('nor does it change what a view shows, whatever the lists did and however the run came to its end', async () => {
    const profiles = ['calm', 'lists', 'moving', 'crashes'] as const;
    const tally = await simulated(7000, [...profiles], WORLDS);
    expect(timesOf(tally, /^replayed$/)).toBeGreaterThan((profiles.length * WORLDS) / 2);
    expect(timesOf(tally, /^getpage: already-complete$/)).toBeGreaterThan(200);
    expect(timesOf(tally, /^getmetadata: already-observed$/)).toBeGreaterThan(10);
    expect(timesOf(tally, /^ended (partial|unavailable)/), 'not only lists that are whole').toBeGreaterThan(
      20,
    );
  });
});
