import { describe, expect, test } from 'vitest';
import { changesOf, list } from './lists.ts';
import { minutesAgo, observation, type Row } from './rows.ts';
import { openWarehouse, pick } from './warehouse.ts';

openWarehouse();

describe('status_of_friend', () => {
  const lost = [list('a', 90, ['11']), list('b', 80), list('c', 70)];
  const seen = (at: number, status: string, varying: Row = {}) =>
    observation({ dispatch: 'q', role: 'vanished_friend', id: '11', at }, { status, ...varying });
  const statuses = async (pages: Row[], observations: Row[]) =>
    pick(
      (await changesOf(pages, observations)).filter((row) => row.change === 'no_longer_listed'),
      'status_of_friend',
      'status_observed_at',
    );

  test.each([
    ['active', 'active'],
    ['protected', 'active'],
    ['suspended', 'suspended'],
    ['not_found', 'not_found'],
  ])('is what X said: %s means %s', async (status, expected) => {
    expect(await statuses(lost, [seen(60, status, { id: null })])).toEqual([[expected, minutesAgo(60)]]);
  });

  test('is unknown, where X was asked only before the friend was missing, or of another account', async () => {
    const before = [seen(85, 'suspended'), seen(80, 'suspended')];
    const others = [
      seen(60, 'suspended', { id: '12', requested_id: '12' }),
      seen(60, 'suspended', { role: 'parent' }),
    ];
    expect(await statuses(lost, [...before, ...others])).toEqual([['unknown', null]]);
  });

  test('is the first thing that X said afterwards', async () => {
    expect(await statuses(lost, [seen(50, 'active'), seen(60, 'suspended')])).toEqual([
      ['suspended', minutesAgo(60)],
    ]);
  });

  test('is unknown where X did not say, and the first thing that it said later', async () => {
    expect(await statuses(lost, [seen(60, 'unknown')])).toEqual([['unknown', null]]);
    expect(await statuses(lost, [seen(60, 'unknown'), seen(50, 'suspended')])).toEqual([
      ['suspended', minutesAgo(50)],
    ]);
  });

  test('is not taken from the time after the friend was listed again', async () => {
    const back = [list('d', 60, ['11']), list('e', 50)];
    expect(await statuses([...lost, ...back], [seen(55, 'active'), seen(40, 'suspended')])).toEqual([
      ['unknown', null],
      ['suspended', minutesAgo(40)],
    ]);
  });

  test('counts for every parent that lost the friend', async () => {
    const other = [list('x', 88, ['11'], { parent: '2' }), list('y', 77, [], { parent: '2' })];
    expect(await statuses([...lost, ...other], [seen(60, 'suspended')])).toEqual([
      ['suspended', minutesAgo(60)],
      ['suspended', minutesAgo(60)],
    ]);
  });
});
