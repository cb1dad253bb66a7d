import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { align } from '../../../shared/check/align.ts';
import { type CheckRead, knownList } from '../../../shared/check/known-list.ts';
import { known, words } from './support/check-of.ts';

const read = (listed: string, frontier: string | null, withheld = '', missing = ''): CheckRead => ({
  listed: words(listed),
  check: { frontier_id: frontier, missing: words(missing), withheld: words(withheld) },
});

describe('the known list', () => {
  const CASES: [title: string, checks: CheckRead[], ids: string, former: string][] = [
    ['is the full read where nothing was read since', [], 'K0 K1 K2 K3 K4 K5', ''],
    ['has who was followed on top', [read('N K0', 'K0')], 'N K0 K1 K2 K3 K4 K5', ''],
    ['has who was followed anew where it stands now', [read('K4 K0', 'K0')], 'K4 K0 K1 K2 K3 K5', ''],
    ['has who returned at its old place', [read('K0 G K1', 'K1')], 'K0 G K1 K2 K3 K4 K5', ''],
    ['has who is gone no more', [read('K0 K3', 'K3')], 'K0 K3 K4 K5', 'K1 K2'],
    ['carries everybody below the frontier', [read('K0', 'K0')], 'K0 K1 K2 K3 K4 K5', ''],
    ['keeps who is withheld, at its place', [read('N K0 K2', 'K2', 'K1')], 'N K0 K1 K2 K3 K4 K5', ''],
    [
      'keeps who is withheld at its place though a friend before it moved',
      [read('K0 N K2', 'K2', 'K1'), read('K0 N K2', 'K2', 'K1')],
      'K0 N K1 K2 K3 K4 K5',
      '',
    ],
    ['forgets that somebody was gone', [read('K0 K2', 'K2'), read('K1 K0', 'K0')], 'K1 K0 K2 K3 K4 K5', ''],
    [
      'takes nobody away below a frontier that lies above the end of what was read',
      [read('K0 K1 K3 G', 'K1')],
      'K0 K1 K2 K3 G K4 K5',
      '',
    ],
    ['takes nobody away without a frontier', [read('N K3', null)], 'N K3 K0 K1 K2 K4 K5', ''],
    ['counts a friend once that X listed twice', [read('N K0 N', 'K0')], 'N K0 K1 K2 K3 K4 K5', ''],
  ];

  test.each(CASES)('%s', (_, checks, ids, former) => {
    const list = knownList(known(6), checks);
    expect(list.ids.join(' ')).toBe(ids);
    expect([...list.former].join(' ')).toBe(former);
  });

  test('has no forgotten account, whoever listed it', () => {
    const list = knownList(known(4), [read('F K0', 'K0')], new Set(['F', 'K2']));
    expect(list.ids).toEqual(words('K0 K1 K3'));
    expect(list.former.size).toBe(0);
  });

  test.each([
    ['is forgotten', read('K1 F', 'F', '', 'K0')],
    ['is scrubbed', read('K1', '', '', 'K0')],
  ])('has who was found gone no more, though the frontier of that check %s', (_, check) => {
    const list = knownList(words('K0 K1 F K2'), [check], new Set(['F']));
    expect(list.ids).toEqual(words('K1 K2'));
    expect([...list.former]).toEqual(['K0']);
  });

  test('is the same folded at once or check by check', () => {
    const listed = fc.uniqueArray(fc.constantFrom(...known(12), 'N', 'M', 'O'), {
      minLength: 1,
      maxLength: 9,
    });
    const check = listed.chain((ids) =>
      fc.record({
        listed: fc.constant(ids),
        check: fc.record({
          frontier_id: fc.constantFrom(null, ...ids),
          missing: fc.constant<string[]>([]),
          withheld: fc.subarray(known(12).filter((id) => !ids.includes(id))),
        }),
      }),
    );
    fc.assert(
      fc.property(fc.array(check, { maxLength: 6 }), (checks) => {
        const stepwise = checks.reduce((ids: readonly string[], one) => knownList(ids, [one]).ids, known(12));
        expect(knownList(known(12), checks).ids).toEqual(stepwise);
        expect(new Set(stepwise).size).toBe(stepwise.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('folding and aligning a long list', () => {
  /** Of the processor alone: the machine may be busy with other things. */
  const processorMs = (friends: number) => {
    const full = known(friends);
    const checks = Array.from({ length: 180 }, (_, n) => read(`N${n} K0 K1 K2`, 'K2'));
    const page = ['N', ...full.slice(0, 1000), ...full.slice(-10)];
    const before = process.cpuUsage();
    for (let round = 0; round < 10; round++) align(knownList(full, checks).ids, page);
    return process.cpuUsage(before).user / 1000;
  };

  test('takes time that grows with its length, and not faster', () => {
    processorMs(50_000);
    // Four times the friends: four times the time where it is linear, sixteen times where it is not.
    expect(processorMs(200_000) / processorMs(50_000)).toBeLessThan(10);
  });
});
