import type { Check } from './checks.ts';
import type { Mutant } from './mutant.ts';

const LOOK_UP = 'shared/x/look-up.ts';
const DECODE = 'shared/messages/dispatch-request.ts';
const lookUp = (named: string): Check => ({ file: 'test/shared/x/look-up.test.ts', named });
const planning = (named: string): Check => ({ file: 'test/functions/look-ups.test.ts', named });
const inserting = (named: string): Check => ({ file: 'test/shared/warehouse/shared-insert.test.ts', named });
const messages: Check = { file: 'test/shared/messages.test.ts' };

/** One parent, one row or one message, however odd, keeps no other from its end. */
export const OF_REFUSALS: Mutant[] = [
  {
    rule: 'R8',
    name: 'problems kept beyond what a row may hold',
    edits: [['shared/warehouse/problems-column.ts', 'MOST_BYTES = 4_000_000', 'MOST_BYTES = 1e9']],
    check: { file: 'test/shared/warehouse/tables.test.ts', named: 'says how many are left out' },
  },
  {
    rule: 'R13',
    name: 'a message read that cannot be written again',
    edits: [['shared/messages/delivery.ts', 'MOST_LEVELS = 100', 'MOST_LEVELS = 1e6']],
    check: messages,
  },
  {
    rule: 'R13',
    name: 'a page bought for a day of which BigQuery takes no rows',
    edits: [['shared/messages/parts.ts', '[3650, 365]', '[1e9, 1e9]']],
    check: messages,
  },
  {
    rule: 'R10',
    name: 'no number of friends is none',
    edits: [
      [
        'functions/pagedispatch/decide.ts',
        'const { id, following_count: friendsCount } = account;',
        'const { id, following_count: friendsCount = 0 } = account;',
      ],
      ['functions/pagedispatch/decide.ts', 'account?.following_count !== undefined', 'account'],
    ],
    check: planning('names no number of friends'),
  },
  {
    rule: 'R11',
    name: 'a look-up that fails is not halved',
    edits: [[LOOK_UP, 'if (this.#failures >= MOST_FAILURES)', 'if (this.#failures >= 1)']],
    check: lookUp('stands alone after a few calls'),
  },
  {
    rule: 'R11',
    name: 'an X that is away is asked for every account',
    edits: [[LOOK_UP, 'if (this.#failures >= MOST_FAILURES)', 'if (this.#failures >= 1e9)']],
    check: lookUp('it is away, and is not asked for long'),
  },
  {
    rule: 'R11',
    name: 'an account is waited for that X never answers',
    edits: [[LOOK_UP, 'if (this.#isAnswered || isOverdue(account))', 'if (this.#isAnswered)']],
    check: lookUp('is given up where its message is old'),
  },
  {
    rule: 'R11',
    name: 'what X has answered thrown away where it does not answer all',
    edits: [
      [
        'functions/pagedispatch/decide-chunk.ts',
        '  for (const [dispatchId, parent] of learnt.known)',
        '  if (learnt.waits) throw learnt.waits;\n  for (const [dispatchId, parent] of learnt.known)',
      ],
    ],
    check: planning('what X has answered is recorded'),
  },
  {
    rule: 'R11',
    name: 'parents forgotten that X has not answered',
    edits: [['functions/pagedispatch/handler.ts', '    if (waits) throw waits;\n', '    void waits;\n']],
    check: planning('what X has answered is recorded'),
  },
  {
    rule: 'R11',
    name: 'a row that is refused keeps others from being stored',
    edits: [['shared/warehouse/halved.ts', 'if (part.length > 1) {', 'if (part.length > 1e9) {']],
    check: { file: 'test/functions/pagedispatch.test.ts', named: 'a plan that BigQuery refuses' },
  },
  {
    rule: 'R16',
    name: 'a request that is refused as a whole costs all its rows',
    edits: [
      [
        'shared/warehouse/shared-insert.ts',
        'error.isWhole && batch.length > 1',
        'error.isWhole && batch.length < 0',
      ],
    ],
    check: inserting('is halved until the row stands alone'),
  },
  {
    rule: 'R16',
    name: 'nobody told that BigQuery refuses a request as a whole',
    edits: [
      ['shared/warehouse/append.ts', 'read instanceof RowsRefused && read.isWhole', 'read === undefined'],
    ],
    check: inserting('is halved until the row stands alone'),
  },
  {
    rule: 'R16',
    name: 'what passes taken for a refusal, since BigQuery says 400 of it too',
    edits: [['shared/warehouse/client.ts', 'PASSING.includes(reason)', 'reason === ""']],
    check: { file: 'test/shared/warehouse/tables.test.ts', named: '400 is said of something that passes' },
  },
  {
    rule: 'R16',
    name: 'a column that BigQuery does not know yet taken for content',
    edits: [['shared/warehouse/append.ts', 'if (unknown !== undefined)', 'if (unknown === "")']],
    check: inserting('does not know a column yet'),
  },
  {
    rule: 'R16',
    name: 'a row sent twice that waits for its request',
    edits: [['shared/warehouse/shared-insert.ts', 'if (known) return known;', 'void known;']],
    check: inserting('is sent once'),
  },
  {
    rule: 'R16',
    name: 'a row sent twice that was stored when nobody waited for it any more',
    edits: [['shared/warehouse/shared-insert.ts', ' ?? stored.get(row.insertId)', '']],
    check: inserting('was given up altogether'),
  },
  {
    rule: 'R8',
    name: 'a request may say at will what no chunk of rows holds',
    edits: [[DECODE, 'MOST_BYTES = 4096', 'MOST_BYTES = 1e9']],
    check: messages,
  },
  {
    rule: 'R8',
    name: 'pages that carry more of their parent than a planner takes',
    edits: [['functions/pagedispatch/publish-pages.ts', 'BYTES_CARRIED = 2000', 'BYTES_CARRIED = 4096']],
    check: { file: 'test/functions/list-goes-on.test.ts', named: 'whatever its request says of the parent' },
  },
  {
    rule: 'R8',
    name: 'a message of half a character, or with a mark before it, read as it is',
    edits: [
      [
        'shared/messages/delivery.ts',
        "JSON.parse(wellFormed(data.toString('utf8')))",
        "JSON.parse(data.toString('utf8'))",
      ],
    ],
    check: messages,
  },
  {
    rule: 'R4',
    name: 'a name that X cannot be asked by',
    edits: [
      [DECODE, 'if (!isUsername(username) && !isAccountId(id))', 'if (!isUsername(username) && !username)'],
    ],
    check: messages,
  },
];
