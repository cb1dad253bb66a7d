import type { Mutant } from './mutant.ts';

const INVARIANTS = 'test/shared/check/invariants.test.ts';
const invariant = (number: number) => ({ file: INVARIANTS, named: `^${number}\\. ` });
const SITUATIONS = { file: 'test/shared/check/situations.test.ts' };
const TRUTH = { file: 'test/shared/check/truth.test.ts' };
const PLANNER = { file: 'test/shared/check/plan-check.test.ts' };

/** The rules of checks: each invariant, and each rule that a table or the truth of a list looks after. */
export const OF_CHECKS: Mutant[] = [
  {
    rule: 'checks, invariant 1',
    name: 'check 1: what was read to the limit is complete',
    edits: [
      [
        'shared/check/statements.ts',
        'ended_by: endedBy,',
        "ended_by: endedBy === 'limit' ? 'end' : endedBy,",
      ],
    ],
    check: invariant(1),
  },
  {
    rule: 'checks, invariant 2',
    name: 'check 2: an unaligned check calls gone whom it has not met',
    edits: [
      [
        'shared/check/statements.ts',
        "return { ...goesOn(check, alignment), ended_by: 'limit' };",
        "return { ...goesOn(check, alignment), ended_by: 'limit', missing: alignment.missing.map(({ id }) => id) };",
      ],
    ],
    check: invariant(2),
  },
  {
    rule: 'checks, invariant 3',
    name: 'check 3: missing is gone, whatever the count says',
    edits: [
      [
        'shared/check/residual.ts',
        'const isSupported = surplus <= Math.floor(evidence.missing * SURPLUS_SHARE);',
        'const isSupported = surplus >= 0;',
      ],
    ],
    check: invariant(3),
  },
  {
    rule: 'checks, invariant 4',
    name: 'check 4: a page asks for its size, whatever is left',
    edits: [['shared/check/next-page.ts', 'return Math.min(left, sizeOf(', 'return Math.max(1, sizeOf(']],
    check: invariant(4),
  },
  {
    rule: 'checks, invariant 5',
    name: 'check 5: more pays fewer',
    edits: [
      [
        'shared/check/residual.ts',
        'const excess = pay(shortage, rise);',
        'const excess = pay(shortage, rise + carried.more) - carried.more;',
      ],
    ],
    check: invariant(5),
  },
  {
    rule: 'checks, invariant 6',
    name: 'check 6: what appeared without the count is looked for at once',
    edits: [
      [
        'shared/check/residual.ts',
        'toFind: carried.fewer - carried.unfound + Math.max(0, -evidence.delta),',
        'toFind: carried.fewer - carried.unfound + Math.max(0, -rise),',
      ],
    ],
    check: invariant(6),
  },
  {
    rule: 'checks, invariant 7',
    name: 'check 7: an empty page is the end',
    edits: [
      [
        'shared/check/verdict.ts',
        'if (check.isEnd) return',
        'if (check.isEnd || check.pages.at(-1)?.length === 0) return',
      ],
    ],
    check: invariant(7),
  },
  {
    rule: 'checks, invariant 8',
    name: 'check 8: any anchor is an overlap',
    edits: [
      [
        'shared/check/finding.ts',
        'return isProven(alignment) && residual.surplus',
        'return alignment.anchors.length > 0 || residual.surplus',
      ],
    ],
    check: invariant(8),
  },
  {
    rule: 'checks, invariant 9',
    name: 'check 9: a forgotten friend is compared',
    edits: [['shared/check/so-far.ts', '.filter((id) => !forgotten.has(id))', '']],
    check: invariant(9),
  },
  {
    rule: 'checks, invariant 10',
    name: 'check 10: a base rests on whatever was read before it',
    edits: [
      [
        'shared/check/base-chain.ts',
        "next = byId.get(next.check?.base_dispatch_id ?? '');",
        'next = [...byId.values()][0];',
      ],
    ],
    check: invariant(10),
  },
  {
    rule: 'checks, invariant 11',
    name: 'check 11: a page asks for another size when it comes again',
    edits: [
      [
        'shared/check/next-page.ts',
        'return Math.min(left, sizeOf(plan.count, before.pages + 1));',
        'return Math.min(left, sizeOf(plan.count, before.pages + 1) + (performance.now() % 2 > 1 ? 1 : 0));',
      ],
    ],
    check: invariant(11),
  },
  {
    rule: 'checks, invariant 12',
    name: 'check 12: an unaligned check is a base',
    edits: [['shared/check/base-chain.ts', "find(({ state }) => state !== 'unaligned')", 'at(0)']],
    check: invariant(12),
  },
  {
    rule: 'checks, invariant 13',
    name: 'check 13: a full read is never due',
    edits: [['shared/check/plan-check.ts', 'if (request.atMs >= dueMs)', 'if (request.atMs < 0)']],
    check: invariant(13),
  },
  {
    rule: 'checks',
    name: 'check: two friends prove a gap',
    edits: [['shared/check/finding.ts', 'const PROOF = 3;', 'const PROOF = 2;']],
    check: TRUTH,
  },
  {
    rule: 'checks',
    name: 'check: friends out of their place prove nothing less',
    edits: [['shared/check/align.ts', ' && listedAt > outOfPlaceUntil)', ')']],
    check: SITUATIONS,
  },
  {
    rule: 'checks',
    name: 'check: a suspended friend lowers the count',
    edits: [
      ['shared/check/finding.ts', "suspended.has(id) ? 'suspended' :", "suspended.has(id) ? 'unsaid' :"],
    ],
    check: SITUATIONS,
  },
  {
    rule: 'checks',
    name: 'check: one that returns at its old place always counts',
    edits: [
      [
        'shared/check/residual.ts',
        'Math.min(Math.max(0, residual), returned)',
        'Math.max(returned, Math.min(0, residual))',
      ],
    ],
    check: SITUATIONS,
  },
  {
    rule: 'checks',
    name: 'check: nobody but those withheld is told from others by the next check',
    edits: [
      [
        'shared/check/carried-over.ts',
        'return answersOn(check.missing, answers).suspended.length;',
        'return 0;',
      ],
    ],
    check: PLANNER,
  },
  {
    rule: 'checks',
    name: 'check: a collapsed count is believed',
    edits: [['shared/check/plan-check.ts', 'count < base.friendsCount * COLLAPSED', 'count < 0']],
    check: PLANNER,
  },
  {
    rule: 'checks',
    name: 'check: a search that found nobody is made again at once',
    edits: [['shared/check/plan-check.ts', 'return fruitless === 0 ?', 'return fruitless >= 0 ?']],
    check: PLANNER,
  },
  {
    rule: 'checks',
    name: 'check: what is withheld leaves the known list',
    edits: [['shared/check/known-list.ts', 'new Set([...read, ...check.withheld])', 'new Set(read)']],
    check: { file: 'test/shared/check/known-list.test.ts' },
  },
  {
    rule: 'checks',
    name: 'check: one odd friend sends a parent back to full reads',
    edits: [['shared/check/order-health.ts', 'const READS_DISPLACED = 3;', 'const READS_DISPLACED = 1;']],
    check: { file: 'test/shared/check/order-health.test.ts' },
  },
  {
    rule: 'checks, invariant 9',
    name: 'check 9: who was found gone comes back where the frontier is forgotten since',
    edits: [
      [
        'shared/check/known-list.ts',
        'if (frontier !== null && !isMet) for (const id of check.missing) list.remove(id);',
        '',
      ],
    ],
    check: { file: 'test/shared/check/known-list.test.ts', named: 'found gone no more' },
  },
  {
    rule: 'checks, invariant 9',
    name: 'check 9: the known list has who is forgotten',
    edits: [
      [
        'shared/check/known-list.ts',
        'new LinkedIds(fullRead.filter((id) => !forgotten.has(id)))',
        'new LinkedIds(fullRead)',
      ],
    ],
    check: { file: 'test/shared/check/known-list.test.ts', named: 'no forgotten account' },
  },
];
