import type { Mutant } from '../../mutants/mutant.ts';

const INVARIANTS = 'test/shared/check/invariants.test.ts';
const invariant = (number: number) => ({ file: INVARIANTS, named: `^${number}\\. ` });
const SITUATIONS = { file: 'test/shared/check/situations.test.ts' };
const TRUTH = { file: 'test/shared/check/truth.test.ts' };
const PLANNER = { file: 'test/shared/check/plan-check.test.ts' };

/** The rules of checks: each invariant, and each rule that a table or the truth of a list looks after. */
export const OF_CHECKS: Mutant[] = [
  {
    name: 'check 1: what was read to the limit is complete',
    edits: [
      {
        file: 'shared/check/statements.ts',
        find: 'ended_by: endedBy,',
        replace: "ended_by: endedBy === 'limit' ? 'end' : endedBy,",
      },
    ],
    check: invariant(1),
  },
  {
    name: 'check 2: an unaligned check calls gone whom it has not met',
    edits: [
      {
        file: 'shared/check/statements.ts',
        find: "return { ...goesOn(check, alignment), ended_by: 'limit' };",
        replace:
          "return { ...goesOn(check, alignment), ended_by: 'limit', missing: alignment.missing.map(({ id }) => id) };",
      },
    ],
    check: invariant(2),
  },
  {
    name: 'check 3: missing is gone, whatever the count says',
    edits: [
      {
        file: 'shared/check/residual.ts',
        find: 'const isSupported = surplus <= Math.floor(evidence.missing * SURPLUS_SHARE);',
        replace: 'const isSupported = surplus >= 0;',
      },
    ],
    check: invariant(3),
  },
  {
    name: 'check 4: a page asks for its size, whatever is left',
    edits: [
      {
        file: 'shared/check/next-page.ts',
        find: 'return Math.min(left, sizeOf(',
        replace: 'return Math.max(1, sizeOf(',
      },
    ],
    check: invariant(4),
  },
  {
    name: 'check 5: more pays fewer',
    edits: [
      {
        file: 'shared/check/residual.ts',
        find: 'const excess = pay(shortage, rise);',
        replace: 'const excess = pay(shortage, rise + carried.more) - carried.more;',
      },
    ],
    check: invariant(5),
  },
  {
    name: 'check 6: what appeared without the count is looked for at once',
    edits: [
      {
        file: 'shared/check/residual.ts',
        find: 'toFind: carried.fewer - carried.unfound + Math.max(0, -evidence.delta),',
        replace: 'toFind: carried.fewer - carried.unfound + Math.max(0, -rise),',
      },
    ],
    check: invariant(6),
  },
  {
    name: 'check 7: an empty page is the end',
    edits: [
      {
        file: 'shared/check/verdict.ts',
        find: 'if (check.isEnd) return',
        replace: 'if (check.isEnd || check.pages.at(-1)?.length === 0) return',
      },
    ],
    check: invariant(7),
  },
  {
    name: 'check 8: any anchor is an overlap',
    edits: [
      {
        file: 'shared/check/finding.ts',
        find: 'return isProven(alignment) && residual.surplus',
        replace: 'return alignment.anchors.length > 0 || residual.surplus',
      },
    ],
    check: invariant(8),
  },
  {
    name: 'check 9: a forgotten friend is compared',
    edits: [
      {
        file: 'shared/check/so-far.ts',
        find: '.filter((id) => !forgotten.has(id))',
        replace: '',
      },
    ],
    check: invariant(9),
  },
  {
    name: 'check 10: a base rests on whatever was read before it',
    edits: [
      {
        file: 'shared/check/base-chain.ts',
        find: "next = byId.get(next.check?.base_dispatch_id ?? '');",
        replace: 'next = [...byId.values()][0];',
      },
    ],
    check: invariant(10),
  },
  {
    name: 'check 11: a page asks for another size when it comes again',
    edits: [
      {
        file: 'shared/check/next-page.ts',
        find: 'return Math.min(left, sizeOf(plan.count, before.pages + 1));',
        replace:
          'return Math.min(left, sizeOf(plan.count, before.pages + 1) + (performance.now() % 2 > 1 ? 1 : 0));',
      },
    ],
    check: invariant(11),
  },
  {
    name: 'check 12: an unaligned check is a base',
    edits: [
      {
        file: 'shared/check/plan-check.ts',
        find: "find(({ state }) => state !== 'unaligned')",
        replace: 'at(0)',
      },
    ],
    check: invariant(12),
  },
  {
    name: 'check 13: a full read is never due',
    edits: [
      {
        file: 'shared/check/plan-check.ts',
        find: 'if (request.atMs >= dueMs)',
        replace: 'if (request.atMs < 0)',
      },
    ],
    check: invariant(13),
  },
  {
    name: 'check: two friends prove a gap',
    edits: [{ file: 'shared/check/finding.ts', find: 'const PROOF = 3;', replace: 'const PROOF = 2;' }],
    check: TRUTH,
  },
  {
    name: 'check: friends out of their place prove nothing less',
    edits: [{ file: 'shared/check/align.ts', find: ' && listedAt > outOfPlaceUntil)', replace: ')' }],
    check: SITUATIONS,
  },
  {
    name: 'check: a suspended friend lowers the count',
    edits: [
      {
        file: 'shared/check/finding.ts',
        find: "suspended.has(id) ? 'suspended' :",
        replace: "suspended.has(id) ? 'unsaid' :",
      },
    ],
    check: SITUATIONS,
  },
  {
    name: 'check: one that returns at its old place always counts',
    edits: [
      {
        file: 'shared/check/residual.ts',
        find: 'Math.min(Math.max(0, residual), returned)',
        replace: 'Math.max(returned, Math.min(0, residual))',
      },
    ],
    check: SITUATIONS,
  },
  {
    name: 'check: nobody but those withheld is told from others by the next check',
    edits: [
      {
        file: 'shared/check/carried-over.ts',
        find: 'return answersOn(check.missing, answers).suspended.length;',
        replace: 'return 0;',
      },
    ],
    check: PLANNER,
  },
  {
    name: 'check: a collapsed count is believed',
    edits: [
      {
        file: 'shared/check/plan-check.ts',
        find: 'count < base.friendsCount * COLLAPSED',
        replace: 'count < 0',
      },
    ],
    check: PLANNER,
  },
  {
    name: 'check: a search that found nobody is made again at once',
    edits: [
      {
        file: 'shared/check/plan-check.ts',
        find: 'return fruitless === 0 ?',
        replace: 'return fruitless >= 0 ?',
      },
    ],
    check: PLANNER,
  },
  {
    name: 'check: what is withheld leaves the known list',
    edits: [
      {
        file: 'shared/check/known-list.ts',
        find: 'new Set([...read, ...check.withheld])',
        replace: 'new Set(read)',
      },
    ],
    check: { file: 'test/shared/check/known-list.test.ts' },
  },
  {
    name: 'check: one odd friend sends a parent back to full reads',
    edits: [
      {
        file: 'shared/check/order-health.ts',
        find: 'const READS_DISPLACED = 3;',
        replace: 'const READS_DISPLACED = 1;',
      },
    ],
    check: { file: 'test/shared/check/order-health.test.ts' },
  },
];
