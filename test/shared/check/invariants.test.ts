import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baseChain } from '../../../shared/check/base-chain.ts';
import { knownList } from '../../../shared/check/known-list.ts';
import { headOf, nextPageSize } from '../../../shared/check/next-page.ts';
import { planCheck } from '../../../shared/check/plan-check.ts';
import { residualOf } from '../../../shared/check/residual.ts';
import { verdictOf } from '../../../shared/check/verdict.ts';
import { DAY_MS } from '../../../shared/times.ts';
import { checkOf, known, planOf, words } from './support/check-of.ts';
import { endedCheck, fullRead, requestOf } from './support/dispatches.ts';
import { always } from './support/history.ts';
import { NONE } from './support/parent-reader.ts';

describe('1. complete is only what was read from page 1 to the end, and a check that gets there is', () => {
  test('in any history', () => {
    always(300, ({ dispatched: { state, isWhole } }) => {
      expect(state === 'complete').toBe(isWhole);
    });
  });

  test('and never where all that may be bought was read', () => {
    const told = { known: known(60), read: known(59).join(' '), delta: -1, maxFriends: 59 };
    expect(verdictOf(checkOf(told)).state).toBe('open');
    expect(verdictOf(checkOf({ ...told, isEnd: true })).state).toBe('complete');
  });
});

describe('2. nobody is absent below the frontier, or by an unaligned check', () => {
  test('in any history', () => {
    always(300, ({ dispatched: { verdicts, state, known: before } }) => {
      const record = verdicts.at(-1)?.record;
      if (!record || state === 'complete') return;
      const frontier = before.ids.indexOf(record.frontier_id ?? '');
      for (const id of [...record.missing, ...record.withheld])
        expect(before.ids.indexOf(id)).toBeLessThan(frontier);
      if (state === 'unaligned') expect([...record.missing, ...record.withheld]).toEqual([]);
    });
  });

  test('though friends were met whom it cannot place', () => {
    for (const read of ['K500 K501', 'K9', 'N K7 K8']) {
      const { state, record } = verdictOf(checkOf({ read, maxFriends: words(read).length }));
      expect([state, record.frontier_id, record.missing, record.withheld]).toEqual([
        'unaligned',
        null,
        [],
        [],
      ]);
    }
  });

  test('and by no check that still goes on', () => {
    always(100, ({ dispatched: { verdicts } }) => {
      for (const { record } of verdicts.slice(0, -1))
        expect([record.ended_by, record.missing, record.withheld]).toEqual([null, [], []]);
    });
  });
});

describe('3. gone are those for whom the count fell, or of whom X says that they are', () => {
  test('in any history', () => {
    always(300, ({ dispatched: { planning, gone, followed, state } }) => {
      if (planning.mode === 'full' || state === 'complete') return;
      const { count, baseCount, carried, answers } = planning.plan;
      const unsaid = gone.filter((id) => ![...answers.suspended, ...answers.notFound].includes(id));
      const fell = carried.fewer + Math.max(0, followed.length - (count - baseCount));
      expect(unsaid.length - Math.floor(unsaid.length / 4)).toBeLessThanOrEqual(fell);
    });
  });
});

describe('4. friends returned never pass max_friends', () => {
  test('in any history', () => {
    always(300, ({ dispatched: { planning, pages } }) => {
      if (planning.mode === 'check')
        expect(pages.flat().length).toBeLessThanOrEqual(planning.plan.maxFriends);
    });
  });
});

const evidence = fc.record({
  delta: fc.integer({ min: -9, max: 9 }),
  appeared: fc.nat({ max: 5 }),
  returned: fc.nat({ max: 5 }),
  notFound: fc.nat({ max: 3 }),
  missing: fc.nat({ max: 9 }),
});
const carried = fc
  .record({ fewer: fc.nat({ max: 9 }), unfound: fc.nat({ max: 9 }), more: fc.nat({ max: 9 }) })
  .map((one) => ({ ...one, unfound: Math.min(one.fewer, one.unfound), fruitless: 0 }));

describe('5. fewer and more never net out', () => {
  test('what is fewer does not depend on what was more, and what was more stays', () => {
    fc.assert(
      fc.property(evidence, carried, (one, before) => {
        const [with_, without] = [residualOf(one, before), residualOf(one, { ...before, more: 0 })];
        expect(with_.fewer).toBe(without.fewer);
        expect(with_.more).toBe(without.more + before.more);
        expect(with_.more).toBeGreaterThanOrEqual(before.more);
      }),
    );
  });

  test('a shortage in one check and an excess in the next of other friends both stand', () => {
    const plan = { carried: { more: 1 } };
    expect(verdictOf(checkOf({ ...plan, read: 'N K0 K1' })).record).toMatchObject({ fewer: 1, more: 1 });
  });
});

describe('6. a lagging count never causes a deep read in the same check', () => {
  test('looked for is what the count fell by, and what stood before, never what merely appeared', () => {
    fc.assert(
      fc.property(evidence, carried, (one, before) => {
        const { toFind } = residualOf(one, before);
        expect(toFind).toBeLessThanOrEqual(before.fewer - before.unfound + Math.max(0, -one.delta));
      }),
    );
  });

  test('in any history: past what the head may cost only where the count fell or a shortage stood', () => {
    always(300, ({ dispatched: { planning, pages } }) => {
      if (planning.mode === 'full') return;
      const { count, baseCount, carried: stood } = planning.plan;
      if (count >= baseCount && stood.fewer === stood.unfound)
        expect(pages.flat().length).toBeLessThanOrEqual(headOf(count) + 3 * (count - baseCount) + 20);
    });
  });
});

describe('7. a short or empty page is neither overlap nor end, and a few of them no loop', () => {
  test('it goes on, page after page, and nothing is said', () => {
    for (let empty = 1; empty <= 6; empty++) {
      const told = { read: Array.from({ length: empty }, () => '') };
      expect(verdictOf(checkOf(told)).record).toMatchObject({ ended_by: null, missing: [], withheld: [] });
      expect(nextPageSize(planOf({}), { pages: empty, friends: 0 })).toBeGreaterThan(0);
    }
    expect(verdictOf(checkOf({ read: ['', '', '', 'K0'] })).state).toBe('checked');
  });

  test('and yet it comes to an end', () => {
    const plan = planOf({});
    let pages = 0;
    while (nextPageSize(plan, { pages, friends: 0 }) !== null) pages++;
    expect(pages).toBeLessThan(20);
    const told = { read: Array.from({ length: pages }, () => '') };
    expect(verdictOf(checkOf(told)).state).toBe('unaligned');
  });
});

describe('8. moved is not gone', () => {
  test.each(['K500', 'K500 K501', 'K500 K501 K502', 'N K500 K501'])('a head of %s is no overlap', (read) => {
    expect(verdictOf(checkOf({ read })).state).toBeNull();
    expect(verdictOf(checkOf({ read, delta: -1 })).state).toBeNull();
    const atLimit = checkOf({ read, delta: -1, maxFriends: words(read).length });
    expect(verdictOf(atLimit)).toMatchObject({ state: 'unaligned', record: { missing: [], withheld: [] } });
  });
});

describe('9. a forgotten friend that X still lists is neither new nor missing', () => {
  const forgotten = ['K1', 'F'];

  test.each([
    ['listed', 'K0 F K1 K2'],
    ['not listed', 'K0 K2 K3'],
  ])('%s', (_, read) => {
    const { ids } = knownList(known(1000), [], new Set(forgotten));
    const { record, state } = verdictOf(checkOf({ known: ids, read, forgotten }));
    expect(state).toBe('checked');
    expect([record.appeared, record.missing, record.withheld]).toEqual([[], [], []]);
  });
});

describe('10. two checks with one base give each change once', () => {
  test('they say the same, and the next check rests on one of them', () => {
    const { record } = verdictOf(checkOf({ read: 'N K0 K1', delta: 1 }));
    const full = fullRead('base');
    const [first, second] = [endedCheck('first', record), endedCheck('second', record)];
    const planning = planCheck(requestOf({ friendsCount: 1001, dispatches: [second, first, full] }));
    expect(planning).toMatchObject({ plan: { baseDispatchId: 'second', baseCount: 1000 } });
    expect(baseChain([second, first, full], 'second')).toEqual([full, second]);
    const { ids } = knownList(known(1000), [{ listed: words('N K0 K1'), check: record }]);
    const next = verdictOf(checkOf({ known: [...ids], read: 'N K0 K1' }));
    expect(next.record.appeared).toEqual([]);
  });
});

describe('11. a page that comes again asks for the same and concludes the same', () => {
  test('in any history', () => {
    always(100, ({ dispatched: { planning, known: before, pages, isWhole, sizes, verdicts } }) => {
      if (planning.mode === 'full') return;
      for (const [index, verdict] of verdicts.entries()) {
        const friends = pages.slice(0, index).flat().length;
        expect(nextPageSize(planning.plan, { pages: index, friends })).toBe(sizes[index]);
        const isEnd = isWhole && index === verdicts.length - 1;
        const soFar = { plan: planning.plan, known: before, pages: pages.slice(0, index + 1), isEnd };
        expect(verdictOf({ ...soFar, unknown: NONE, forgotten: NONE })).toEqual(verdict);
      }
    });
  });

  test('and a check that has ended says so in its row, so that nothing is asked', () => {
    always(100, ({ dispatched: { verdicts } }) => {
      expect(verdicts.map(({ record }) => record.ended_by !== null)).toEqual(
        verdicts.map((_, index) => index === verdicts.length - 1),
      );
    });
  });
});

describe('12. what has not ended is never a base', () => {
  test('the newest ended dispatch is, and an unaligned one is not', () => {
    const full = fullRead('full');
    const unaligned = endedCheck('unaligned', { ended_by: 'limit', frontier_id: null });
    expect(planCheck(requestOf({ dispatches: [unaligned, full] }))).toEqual({
      mode: 'full',
      reason: 'unaligned',
    });
    expect(planCheck(requestOf({ dispatches: [full] }))).toMatchObject({ plan: { baseDispatchId: 'full' } });
  });
});

describe('13. the age of the last full read is bounded, and shown', () => {
  test('in any history of two dispatches a day', () => {
    always(300, ({ dispatched: { planning, state }, atMs, fullReadAtMs, keyframeDays }) => {
      if (state !== 'complete' && fullReadAtMs !== null)
        expect(atMs - fullReadAtMs).toBeLessThanOrEqual(keyframeDays * DAY_MS);
      if (planning.mode === 'check') expect(planning.plan.keyframePassed).toBeLessThan(1);
    });
  });
});
