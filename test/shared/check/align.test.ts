import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aboveGap, align, anchorsBelowGap } from '../../../shared/check/align.ts';
import { longestRun } from '../../../shared/check/longest-run.ts';
import { known, words } from './support/check-of.ts';

const ids = (friends: { id: string }[]) => friends.map(({ id }) => id).join(' ');

describe('the longest run', () => {
  /** By trying all of them. */
  const lengthOfLongest = (ranks: number[]): number => {
    const longest: number[] = [];
    for (const [index, rank] of ranks.entries()) {
      const before = ranks.slice(0, index).map((other, at) => (other < rank ? (longest[at] ?? 0) : 0));
      longest.push(1 + Math.max(0, ...before));
    }
    return Math.max(0, ...longest);
  };

  test('rises, and there is none longer', () => {
    const ranks = fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 25 });
    fc.assert(
      fc.property(ranks, (all) => {
        const run = longestRun(all);
        const rising = run.map((index) => all[index] ?? -1);
        expect(run.toSorted((a, b) => a - b)).toEqual(run);
        expect(rising.toSorted((a, b) => a - b)).toEqual(rising);
        expect(run.length).toBe(lengthOfLongest(all));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a prefix beside the known list', () => {
  test.each([
    // [listed, anchors, on top, below, missing, moved to the top, out of place]
    ['K0 K1 K2', 'K0 K1 K2', '', '', '', '', ''],
    ['N K0 K1', 'K0 K1', 'N', '', '', '', ''],
    ['K0 G K1', 'K0 K1', '', 'G', '', '', ''],
    ['K1 K2 K5', 'K1 K2 K5', '', '', 'K0 K3 K4', '', ''],
    ['K7 K0 K1', 'K0 K1', '', '', '', 'K7', ''],
    ['K7 N K0 K1', 'K0 K1', 'N', '', '', 'K7', ''],
    ['K2 K1 K0', 'K0', '', '', '', 'K2 K1', ''],
    ['K0 K1 K7 K2 K3', 'K0 K1 K2 K3', '', '', '', '', 'K7'],
    ['K0 K2 K3 K1 K4', 'K0 K2 K3 K4', '', '', '', '', 'K1'],
    ['N M', '', 'N M', '', '', '', ''],
    ['', '', '', '', '', '', ''],
  ])('%s', (listed, anchors, onTop, below, missing, moved, outOfPlace) => {
    const alignment = align(known(10), words(listed));
    expect({
      anchors: ids(alignment.anchors),
      onTop: alignment.appearedOnTop.join(' '),
      below: alignment.appearedBelow.join(' '),
      missing: ids(alignment.missing),
      moved: alignment.movedToTop.join(' '),
      outOfPlace: alignment.outOfPlace.join(' '),
    }).toEqual({ anchors, onTop, below, missing, moved, outOfPlace });
  });

  test('a gap is proven by the anchors below it that stand below everything out of place', () => {
    const proof = (listed: string) => anchorsBelowGap(align(known(20), words(listed)));
    expect(proof('K0 K2 K3 K4')).toBe(3);
    expect(proof('K0 K2 K5')).toBe(1);
    expect(proof('K2 K4 K0')).toBe(0);
    expect(proof('K0 K2 K3 K1 K4 K6 K7')).toBe(2);
  });

  test('without its deepest gap it says less', () => {
    const whole = align(known(20), words('K0 K2 K3 K6 K7'));
    const once = aboveGap(whole);
    expect([ids(once.anchors), ids(once.missing)]).toEqual(['K0 K2 K3', 'K1']);
    const twice = aboveGap(once);
    expect([ids(twice.anchors), ids(twice.missing)]).toEqual(['K0', '']);
  });
});
