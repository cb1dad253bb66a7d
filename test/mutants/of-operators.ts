import type { Check } from './checks.ts';
import type { Mutant } from './mutant.ts';
import { DISPATCH_PROGRESS, PARENT_FRESHNESS, views } from './views.ts';

const PROGRESS = views('progress', 'what an operator has said of a run');
const FRESHNESS = views('parent-freshness', 'parent_freshness');
const STOP: Check = { file: 'test/cli/commands/stop.test.ts', named: 'dodo stop and dodo go' };
/** Its tests go on from one another. */
const FORGET: Check = { file: 'test/cli/commands/forget.test.ts', named: 'dodo forget' };

/** What an operator says is shown as it is, can be undone, and is never done unasked. */
export const OF_OPERATORS: Mutant[] = [
  {
    rule: 'R26',
    name: 'what is stopped shown as stalled',
    edits: [[DISPATCH_PROGRESS, "      WHEN is_stopped THEN 'stopped'\n", '']],
    check: PROGRESS,
  },
  {
    rule: 'R26',
    name: 'a stop of all runs not shown of each',
    edits: [
      [
        DISPATCH_PROGRESS,
        ' OR IFNULL((SELECT is_stopped FROM words WHERE run_id IS NULL), FALSE) AS is_stopped',
        ' AS is_stopped',
      ],
    ],
    check: PROGRESS,
  },
  {
    rule: 'R26',
    name: 'the time of a stop taken for standing still',
    edits: [[DISPATCH_PROGRESS, 'WHEN moved_at <', 'WHEN seen_at <']],
    check: PROGRESS,
  },
  {
    rule: 'R26',
    name: 'the first word on a run shown, and not the newest',
    edits: [
      [
        DISPATCH_PROGRESS,
        'ARRAY_AGG(is_stopped ORDER BY said_at DESC',
        'ARRAY_AGG(is_stopped ORDER BY said_at',
      ],
    ],
    check: PROGRESS,
  },
  {
    rule: 'R30',
    name: 'a word that is older than the one before it',
    edits: [
      [
        'infra/cli/stops/say.ts',
        'GREATEST(@at, IFNULL(TIMESTAMP_ADD(MAX(said_at), INTERVAL 1 MICROSECOND), @at))',
        'IFNULL(MAX(@at), @at)',
      ],
    ],
    check: STOP,
  },
  {
    rule: 'R30',
    name: 'what is still stopped not told by "dodo go"',
    edits: [
      ['infra/cli/commands/go.ts', 'before.filter((stop) => stop.runId !== runId)', 'before.slice(0, 0)'],
    ],
    check: STOP,
  },
  {
    rule: 'R30',
    name: 'a stop that "dodo status" says nothing of',
    edits: [
      [
        'infra/cli/commands/status.ts',
        '  for (const line of stopLines(stops, target)) terminal.print(line);\n',
        '',
      ],
    ],
    check: STOP,
  },
  {
    rule: 'status',
    name: 'a run that was just published again taken for one that is over',
    edits: [['infra/cli/run/watch.ts', ' && isPlanned && isTheEnd', ' && isPlanned']],
    check: { file: 'test/cli/run/watch.test.ts', named: 'just published again' },
  },
  {
    rule: 'forget',
    name: 'an account forgotten without a question',
    edits: [
      [
        'infra/cli/commands/forget.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of one.
        "    await agree(`${anew.map(nameOf).join(', ')}: no view is to show that any more.`, yes, terminal);\n",
        '',
      ],
    ],
    check: FORGET,
  },
  {
    rule: 'forget',
    name: 'lists of others left out of what will vanish',
    edits: [['infra/cli/forgotten/vanishing.ts', 'COUNTIF(is_own OR is_named)', 'COUNTIF(is_own)']],
    check: FORGET,
  },
  {
    rule: 'forget',
    name: 'no word where no stored row has the name',
    edits: [['infra/cli/commands/forget.ts', '  warnOfStrangers(accounts, context);\n', '']],
    check: FORGET,
  },
  {
    rule: 'forget',
    name: 'undone by the username alone',
    edits: [
      [
        'infra/cli/forgotten/undo.ts',
        "'(IFNULL(id IN UNNEST(@ids), FALSE) OR IFNULL(LOWER(username) IN UNNEST(@usernames), FALSE))'",
        "'IFNULL(LOWER(username) IN UNNEST(@usernames), FALSE)'",
      ],
    ],
    check: FORGET,
  },
  {
    rule: 'forget',
    name: 'a scrub that seems to be undone',
    edits: [['infra/cli/forgotten/scrub-all.ts', '    await markScrubbed(target, nowMs);\n', '']],
    check: FORGET,
  },
  {
    rule: 'parent_freshness',
    name: 'the oldest complete list shown',
    edits: [
      [
        PARENT_FRESHNESS,
        "IF(state = 'complete', 0, 1), last_completed_at DESC",
        "IF(state = 'complete', 0, 1), last_completed_at",
      ],
    ],
    check: FRESHNESS,
  },
  {
    rule: 'parent_freshness',
    name: 'an attempt without an id as one of another parent',
    edits: [[PARENT_FRESHNESS, 'COALESCE(attempts.parent_id, named.parent_id)', 'attempts.parent_id']],
    check: FRESHNESS,
  },
  {
    rule: 'parent_freshness',
    name: 'a check that met the list taken for no knowledge of it',
    edits: [[PARENT_FRESHNESS, "state IN ('complete', 'checked', 'open')", "state = 'complete'"]],
    check: FRESHNESS,
  },
  {
    rule: 'parent_freshness',
    name: 'attempts counted from the beginning',
    edits: [
      [
        PARENT_FRESHNESS,
        'COUNTIF(full_read.dispatched_at IS NULL OR dispatched_at > full_read.dispatched_at)',
        'COUNTIF(TRUE)',
      ],
    ],
    check: FRESHNESS,
  },
];
