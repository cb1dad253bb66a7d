import type { Mutant } from './mutant.ts';

const testedBy = (name: string) => ({ file: `test/shared/x/${name}.test.ts` });

/** Only what X says is said: nothing is final, gone or at its end that X has not called so. */
export const OF_ANSWERS: Mutant[] = [
  {
    name: 'a refusal that names nobody is final',
    edits: [
      {
        file: 'shared/x/outcome.ts',
        find: '    when: (r) => is4xx(r) || hasErrorsOnly(r),\n    outcome: wait.notUnderstood,',
        replace:
          "    when: (r) => is4xx(r) || hasErrorsOnly(r),\n    outcome: (r) => unavailable('refused', r),",
      },
    ],
    check: testedBy('problem-types'),
  },
  {
    name: 'what X says of another account is taken for the asked one',
    edits: [
      {
        file: 'shared/x/reply.ts',
        find: 'subjectOf(problem) === account && ',
        replace: 'account !== problem.type && ',
      },
    ],
    check: testedBy('problem-types'),
  },
  {
    name: 'a list that ends without a meta',
    edits: [
      {
        file: 'shared/x/scraped-page.ts',
        find: '  if (listedIn(reply).length > 0) return true;\n',
        replace: '',
      },
      {
        file: 'shared/x/scraped-page.ts',
        find: '  const { json, problems } = reply;\n',
        replace: '  const { json, problems } = reply;\n  if (listedIn(reply).length > 0) return true;\n',
      },
    ],
    check: testedBy('page-outcome'),
  },
  {
    name: 'a next token that cannot be used ends the list',
    edits: [
      {
        file: 'shared/x/scraped-page.ts',
        find: "typeof token === 'string' ? token : undefined",
        replace: "typeof token === 'string' ? token : null",
      },
    ],
    check: testedBy('page-outcome'),
  },
  {
    name: 'an empty list, whatever stands beside it',
    edits: [
      {
        file: 'shared/x/scraped-page.ts',
        find: 'problems.every(leavesRoom)',
        replace: 'problems.every((problem) => leavesRoom(problem) || true)',
      },
    ],
    check: testedBy('problem-types'),
  },
  {
    name: 'a friend that a problem names is gone',
    edits: [
      {
        file: 'shared/x/scraped-page.ts',
        find: 'unknownFriends: unknownFriends(reply, known)',
        replace: 'unknownFriends: unknownFriends(reply, known).slice(0, 0)',
      },
    ],
    check: testedBy('page-outcome'),
  },
  {
    name: 'one odd field costs the page its row',
    edits: [
      {
        file: 'shared/x/columns.ts',
        find: 'leftOut.push({ field, value });',
        replace: 'columns[field] = value;',
      },
    ],
    check: testedBy('account'),
  },
  {
    name: 'half a surrogate pair is kept',
    edits: [
      {
        file: 'shared/x/body.ts',
        find: '  return whole.replace(SURROGATES',
        replace: "  if (whole !== '') return whole;\n  return whole.replace(SURROGATES",
      },
    ],
    check: testedBy('body'),
  },
  {
    name: 'the token is blotted out of what is stored',
    edits: [
      {
        file: 'shared/x/client.ts',
        find: 'body: await textOf(bytes)',
        replace: 'body: hidden(await textOf(bytes))',
      },
    ],
    check: testedBy('client'),
  },
  {
    name: 'silence about an account is not_found',
    edits: [
      {
        file: 'shared/x/observe.ts',
        find: "  return { requested, status: 'unknown', problems",
        replace: "  return { requested, status: 'not_found', problems",
      },
    ],
    check: testedBy('lookup-outcome'),
  },
  {
    name: 'an account that X does not mention is not asked for again',
    edits: [
      { file: 'shared/x/look-up.ts', find: 'if (silent.length === 0)', replace: 'if (silent.length >= 0)' },
    ],
    check: testedBy('look-up'),
  },
  {
    name: 'a page that X refuses closes the gate for ever',
    edits: [
      {
        file: 'shared/x/refusals.ts',
        find: 'count.windows >= MOST_WINDOWS',
        replace: 'count.windows >= 1000',
      },
    ],
    check: testedBy('refusals'),
  },
  {
    name: 'a page that cannot be read is bought without end',
    edits: [
      {
        file: 'shared/x/refusals.ts',
        find: "wait.cause === 'unreadable' && unreadable <= MOST_UNREADABLE",
        replace: "wait.cause === 'unreadable' && unreadable > 0",
      },
    ],
    check: testedBy('refusals'),
  },
];
