import type { Mutant } from './mutant.ts';

const testedBy = (name: string) => ({ file: `test/shared/x/${name}.test.ts` });

/** Only what X says is said: nothing is final, gone or at its end that X has not called so. */
export const OF_ANSWERS: Mutant[] = [
  {
    rule: 'R13',
    name: 'a refusal that names nobody is final',
    edits: [
      [
        'shared/x/outcome.ts',
        '    when: (r) => is4xx(r) || hasErrorsOnly(r),\n    outcome: wait.notUnderstood,',
        "    when: (r) => is4xx(r) || hasErrorsOnly(r),\n    outcome: (r) => unavailable('refused', r),",
      ],
    ],
    check: testedBy('problem-types'),
  },
  {
    rule: 'R10',
    name: 'what X says of another account is taken for the asked one',
    edits: [['shared/x/reply.ts', 'subjectOf(problem) === account && ', 'account !== problem.type && ']],
    check: testedBy('problem-types'),
  },
  {
    rule: 'R18',
    name: 'a list that ends without a meta',
    edits: [
      ['shared/x/scraped-page.ts', '  if (listedIn(reply).length > 0) return true;\n', ''],
      [
        'shared/x/scraped-page.ts',
        '  const { json, problems } = reply;\n',
        '  const { json, problems } = reply;\n  if (listedIn(reply).length > 0) return true;\n',
      ],
    ],
    check: testedBy('page-outcome'),
  },
  {
    rule: 'R18',
    name: 'a next token that cannot be used ends the list',
    edits: [
      [
        'shared/x/scraped-page.ts',
        "typeof token === 'string' ? token : undefined",
        "typeof token === 'string' ? token : null",
      ],
    ],
    check: testedBy('page-outcome'),
  },
  {
    rule: 'R18',
    name: 'an empty list, whatever stands beside it',
    edits: [
      [
        'shared/x/scraped-page.ts',
        'problems.every(leavesRoom)',
        'problems.every((problem) => leavesRoom(problem) || true)',
      ],
    ],
    check: testedBy('problem-types'),
  },
  {
    rule: 'R25',
    name: 'a friend that a problem names is gone',
    edits: [
      [
        'shared/x/scraped-page.ts',
        'unknownFriends: unknownFriends(reply, known)',
        'unknownFriends: unknownFriends(reply, known).slice(0, 0)',
      ],
    ],
    check: testedBy('page-outcome'),
  },
  {
    rule: 'R25',
    name: 'a friend that cannot be read is nobody',
    edits: [
      [
        'shared/x/scraped-page.ts',
        'listed.filter((user) => !isAccountId(idOf(user))).length',
        'listed.filter((user) => user === undefined).length',
      ],
    ],
    check: testedBy('page-outcome'),
  },
  {
    rule: 'R16',
    name: 'a known friend whose name only the new page tells is not forgotten',
    edits: [
      [
        'functions/getpage/conclude.ts',
        'comparison.known.ids.filter((id) => !forgotten.has(id))',
        'comparison.known.ids',
      ],
    ],
    check: { file: 'test/functions/known-list.test.ts', named: 'forgotten by a name' },
  },
  {
    rule: 'R25',
    name: 'a check calls somebody gone beside a friend that cannot be read',
    edits: [['functions/getpage/conclude.ts', 'unreadable > 0 ? ', 'unreadable < 0 ? ']],
    check: { file: 'test/functions/checks.test.ts', named: 'without a readable id' },
  },
  {
    rule: 'R4',
    name: 'digits of an id that a double has rounded are believed',
    edits: [['shared/x/body.ts', 'return digits.length <= 19 && !', 'return digits.length <= 19 || !']],
    check: testedBy('body'),
  },
  {
    rule: 'R16',
    name: 'one odd field costs the page its row',
    edits: [['shared/x/columns.ts', 'leftOut.push({ field, value });', 'columns[field] = value;']],
    check: testedBy('account'),
  },
  {
    rule: 'R8',
    name: 'half a surrogate pair is kept',
    edits: [
      [
        'shared/well-formed.ts',
        '  return whole.replace(SURROGATES',
        "  if (whole !== '') return whole;\n  return whole.replace(SURROGATES",
      ],
    ],
    check: testedBy('body'),
  },
  {
    rule: 'R8',
    name: 'the token is blotted out of what is stored',
    edits: [['shared/x/client.ts', 'body: await textOf(bytes)', 'body: hidden(await textOf(bytes))']],
    check: testedBy('client'),
  },
  {
    rule: 'R10',
    name: 'silence about an account is not_found',
    edits: [
      [
        'shared/x/observe.ts',
        "  return { requested, status: 'unknown', problems",
        "  return { requested, status: 'not_found', problems",
      ],
    ],
    check: testedBy('lookup-outcome'),
  },
  {
    rule: 'R10',
    name: 'an account that X does not mention is not asked for again',
    edits: [['shared/x/look-up.ts', 'if (silent.length === 0)', 'if (silent.length >= 0)']],
    check: testedBy('look-up'),
  },
  {
    rule: 'R13',
    name: 'a page that X refuses closes the gate for ever',
    edits: [['shared/x/refusals.ts', 'count.windows >= MOST_WINDOWS', 'count.windows >= 1000']],
    check: testedBy('refusals'),
  },
  {
    rule: 'R22',
    name: 'a page that cannot be read is bought without end',
    edits: [
      [
        'shared/x/refusals.ts',
        "wait.cause === 'unreadable' && unreadable <= MOST_UNREADABLE",
        "wait.cause === 'unreadable' && unreadable > 0",
      ],
    ],
    check: testedBy('refusals'),
  },
];
