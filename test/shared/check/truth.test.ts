import { expect, test } from 'vitest';
import { always } from './support/history.ts';

test('whoever is called gone was gone, whatever happened to the list and to its count', () => {
  always(2000, ({ dispatched, wasGone }) => {
    for (const id of dispatched.gone) expect(wasGone(id), `${id} was gone`).toBe(true);
  });
});

test('whoever is called followed was there', () => {
  always(500, ({ dispatched, wasListed }) => {
    for (const id of dispatched.followed) expect(wasListed(id), `${id} was listed`).toBe(true);
    expect(dispatched.followed.filter((id) => dispatched.known.ids.includes(id))).toEqual([]);
  });
});
