import { expect, test } from 'vitest';
import type { CheckState, EndedBy } from '../../../shared/check/record.ts';
import { verdictOf } from '../../../shared/check/verdict.ts';
import { checkOf, known, type Told, words } from './support/check-of.ts';

/** What is said; lists as words, numbers 0 where nothing is said. `null`: the check reads on. */
interface Said {
  ended: EndedBy | null;
  state?: CheckState;
  followed?: string;
  gone?: string;
  withheld?: string;
  fewer?: number;
  more?: number;
}

const SITUATIONS: [title: string, told: Told, said: Said][] = [
  // The table of the rules.
  ['nothing changed', { read: 'K0 K1 K2' }, { ended: 'overlap', state: 'checked' }],
  ['one followed', { read: 'N K0 K1', delta: 1 }, { ended: 'overlap', state: 'checked', followed: 'N' }],
  ['the count fell, and nobody is missing yet', { read: 'K0 K1 K2', delta: -1 }, { ended: null }],
  [
    'one followed, the count stands still: it may lag',
    { read: 'N K0 K1' },
    { ended: 'overlap', state: 'open', followed: 'N', fewer: 1 },
  ],
  [
    'the same in the next check, the count stands still: somebody is gone',
    { known: ['N', ...known(1000)], read: 'N K0 K1', carried: { fewer: 1 } },
    { ended: null },
  ],
  [
    'the same in the next check, the count has risen: it had lagged',
    { known: ['N', ...known(1000)], read: 'N K0 K1', delta: 1, carried: { fewer: 1 } },
    { ended: 'overlap', state: 'checked' },
  ],
  [
    'the newest is missing, and the count fell',
    { read: 'K1 K2 K3', delta: -1 },
    { ended: 'overlap', state: 'checked', gone: 'K0' },
  ],
  [
    'one friend is no overlap where one is missing',
    { known: known(100), read: 'K1', delta: -1 },
    { ended: null },
  ],
  ['one followed anew', { read: 'K500 K0 K1' }, { ended: 'overlap', state: 'checked' }],
  ['an empty page with a token', { read: '' }, { ended: null }],
  [
    'the newest is missing, X says suspended',
    { read: 'K1 K2 K3', answers: { suspended: ['K0'] } },
    { ended: 'overlap', state: 'checked', gone: 'K0' },
  ],
  [
    'the newest is missing, X has not been asked',
    { read: 'K1 K2 K3' },
    { ended: 'overlap', state: 'checked', withheld: 'K0' },
  ],
  [
    'one that was suspended is back at its old place',
    { read: 'K0 G K1', former: ['G'] },
    { ended: 'overlap', state: 'checked', followed: 'G' },
  ],
  ['known friends in no order', { read: 'K512 K33 K870' }, { ended: null }],

  // What is missing, and what the count says of it.
  [
    'the newest is missing, X says there is no such account, the count fell late',
    { read: 'K1 K2 K3', delta: -1, answers: { notFound: ['K0'] } },
    { ended: 'overlap', state: 'checked', gone: 'K0' },
  ],
  [
    'the newest is missing, X says there is no such account, its count never knew',
    { read: 'K1 K2 K3', answers: { notFound: ['K0'] } },
    { ended: 'overlap', state: 'checked', gone: 'K0' },
  ],
  [
    'the newest is missing, X says active: it may be shown elsewhere',
    { read: 'K1 K2 K3', answers: { active: ['K0'] } },
    { ended: 'overlap', state: 'checked', withheld: 'K0' },
  ],
  [
    'two are missing, the count fell by one: nobody can say for whom',
    { read: 'K2 K3 K4', delta: -1 },
    { ended: 'overlap', state: 'open', withheld: 'K0 K1', fewer: 1 },
  ],
  [
    'the same in the next check, X says that one of them is suspended: then it fell for the other',
    { read: 'K2 K3 K4', carried: { fewer: 1 }, answers: { suspended: ['K0'] } },
    { ended: 'overlap', state: 'checked', gone: 'K0 K1' },
  ],
  [
    'four are missing, the count fell by three: one may be suspended',
    { read: 'K4 K5 K6', delta: -3 },
    { ended: 'overlap', state: 'checked', gone: 'K0 K1 K2 K3' },
  ],
  [
    'one gone and one followed, the count stands still',
    { read: ['N K1 K2', 'K3 K4 K5 K6'] },
    { ended: 'overlap', state: 'checked', followed: 'N', gone: 'K0' },
  ],
  ['two anchors may both have been followed anew', { read: 'N K1 K2', delta: 0 }, { ended: null }],
  [
    'friends followed anew on top, an unfollow somewhere: the one between them is not gone',
    { read: 'K2 K4 K0', delta: -1 },
    { ended: null },
  ],
  [
    'the same with three, and X lists one below them that is known above: they have moved, nothing is a gap',
    { read: ['K3 K4 K5', 'K0'], delta: -2 },
    { ended: null },
  ],
  [
    'withheld before, and now the count has fallen',
    { read: 'K1 K2 K3', delta: -1, answers: { active: ['K0'] } },
    { ended: 'overlap', state: 'checked', gone: 'K0' },
  ],
  [
    'one that a problem names is neither listed nor gone, whatever the count says',
    { read: ['K1 K2 K3', 'K4 K5 K6 K7'], delta: -1, unknown: ['K0'], maxFriends: 7 },
    { ended: 'limit', state: 'open', withheld: 'K0', fewer: 1 },
  ],

  // A lagging count.
  [
    'found as many as the count fell by; one more appeared than it rose by, which may be lag',
    { read: ['N K1 K2', 'K3 K4 K5 K6'], delta: -1 },
    { ended: 'overlap', state: 'open', followed: 'N', gone: 'K0', fewer: 1 },
  ],
  [
    'a friend came and went while the count lagged',
    { known: ['N', ...known(1000)], read: 'K0 K1 K2', carried: { fewer: 1 } },
    { ended: 'overlap', state: 'checked', gone: 'N' },
  ],

  // Friends that return.
  [
    'one that was deactivated is back at its old place, and counted again',
    { read: 'K0 G K1', former: ['G'], delta: 1 },
    { ended: 'overlap', state: 'checked', followed: 'G' },
  ],
  [
    'somebody returned deep in the list',
    { read: 'K0 K1 K2', delta: 1 },
    { ended: 'overlap', state: 'open', more: 1 },
  ],
  [
    'one called gone was there all along: the count fell for somebody else',
    { read: 'K0 G K1', former: ['G'], answers: { active: ['G'] } },
    { ended: 'overlap', state: 'open', followed: 'G', fewer: 1 },
  ],

  // Searches.
  [
    'a search has found whom it looked for',
    { read: [known(3).join(' '), 'K3 K4 K5 K7 K8 K9 K10'], delta: -1 },
    { ended: 'overlap', state: 'checked', gone: 'K6' },
  ],
  [
    'a search down to the limit has not',
    { read: known(40).join(' '), delta: -1, maxFriends: 40 },
    { ended: 'limit', state: 'open', fewer: 1 },
  ],
  [
    'whom such a search has not found is not looked for again',
    { read: 'K0 K1 K2', carried: { fewer: 1, unfound: 1 } },
    { ended: 'overlap', state: 'open', fewer: 1 },
  ],
  [
    'less is unread than of the interval has passed: read on',
    { known: known(10), read: 'K0 K2 K3 K4 K5', delta: -1, keyframePassed: 0.5, maxFriends: 9 },
    { ended: null },
  ],
  [
    'the list is over: whoever is not listed is gone, without any count',
    { known: known(5), read: 'K0 K3', isEnd: true, carried: { fewer: 2, more: 1 } },
    { ended: 'end', state: 'complete', gone: 'K1 K2 K4' },
  ],

  // The end of what may be bought.
  [
    'nothing known was met',
    { read: known(23).join(' ').replaceAll('K', 'N'), maxFriends: 23 },
    { ended: 'limit', state: 'unaligned', followed: known(23).join(' ').replaceAll('K', 'N') },
  ],
  [
    'a gap that is not proven does not spoil what is known above it',
    { read: 'K0 K1 K3', maxFriends: 3 },
    { ended: 'overlap', state: 'checked' },
  ],

  // A count that is not to be believed.
  [
    'the count collapsed: nobody is gone',
    { read: 'K1 K2 K3', delta: -900, depth: 'collapsed', maxFriends: 3 },
    { ended: 'limit', state: 'unaligned', fewer: 900 },
  ],
  [
    'the count collapsed, and so did the list',
    { read: '', delta: -1000, depth: 'collapsed', maxFriends: 1, isEnd: true, known: known(20) },
    { ended: 'end', state: 'complete', withheld: known(20).join(' ') },
  ],

  // Forgotten accounts.
  [
    'a forgotten friend that X lists is not new',
    { read: 'F K0 K1', forgotten: ['F'] },
    { ended: 'overlap', state: 'checked' },
  ],
];

test.each(SITUATIONS)('%s', (_, told, said) => {
  const { record, state } = verdictOf(checkOf(told));
  if (said.ended === null) {
    expect({ ended: record.ended_by, state, gone: record.missing }).toEqual({
      ended: null,
      state: null,
      gone: [],
    });
    return;
  }
  expect({
    ended: record.ended_by,
    state,
    followed: record.appeared,
    gone: record.missing,
    withheld: record.withheld,
    fewer: record.fewer,
    more: record.more,
  }).toEqual({
    ended: said.ended,
    state: said.state,
    followed: words(said.followed ?? ''),
    gone: words(said.gone ?? ''),
    withheld: words(said.withheld ?? ''),
    fewer: said.fewer ?? 0,
    more: said.more ?? 0,
  });
});

test('X is asked about at most 20 accounts, those first of whom it has said nothing, and never again once it is clear', () => {
  const read = `${known(60).slice(30).join(' ')}`;
  const answers = { active: ['K0', 'K1'], suspended: ['K2'] };
  const { ask, record } = verdictOf(checkOf({ read, delta: -29, answers }));
  expect(record.missing).toHaveLength(30);
  expect(ask).toEqual(known(23).slice(3));
  const few = verdictOf(checkOf({ read: 'K3 K4 K5', answers: { ...answers, active: ['K0'] } }));
  expect(few.ask).toEqual(['K1', 'K0']);
});
