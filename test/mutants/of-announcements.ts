import { type Mutant, SIMULATION } from './mutant.ts';

const HANDLER = 'functions/getpage/handler.ts';
const ANNOUNCE = 'functions/getpage/announce.ts';
const ENDED = 'functions/pagedispatch/ended-dispatch.ts';

/** A list that has ended is announced, never early and at least once. */
export const OF_ANNOUNCEMENTS: Mutant[] = [
  {
    rule: 'R31',
    name: 'a list announced before anybody can read it',
    edits: [
      [
        ANNOUNCE,
        '  if (isOver || shown.pagesDone < pages) return',
        "  if (isOver) return { kind: 'ended', shown };\n  if (shown.pagesDone < pages) return",
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R31',
    name: 'an end that no query shows yet taken for none',
    edits: [
      [ANNOUNCE, 'if (isOver || shown.pagesDone < pages) return', 'if (shown.pagesDone < pages) return'],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R31',
    name: 'a list announced without the pages before its end',
    edits: [[ANNOUNCE, "  if (!shown.isWhole) return { kind: 'not-seen-yet' };\n", '']],
    check: { file: 'test/functions/announcements.test.ts', named: 'without the pages before its end' },
  },
  {
    rule: 'R31',
    name: 'an end asked for by the delivery that stored it, and by no other',
    edits: [
      [
        HANDLER,
        '        await goOn(request, pages, ports);\n',
        '        if (request.check || !endsBefore(pages, pageNumber + 1)) await goOn(request, pages, ports);\n',
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R31',
    name: 'one end asked for, whatever other end is found',
    edits: [['functions/getpage/ask-for-announcement.ts', ", 'end', ...ends.sort()]", ", 'end']"]],
    check: { file: 'test/functions/announcements.test.ts', named: 'once for each end' },
  },
  {
    rule: 'R31',
    name: 'a parent that is not paged asked for by the delivery that recorded it, and by no other',
    edits: [
      [
        ENDED,
        "    case 'closed':\n      return ended;\n    case 'unplanned':\n      return row || recorded.isRefused ? ended : undefined;\n",
        "    case 'closed':\n      return undefined;\n    case 'unplanned':\n      return row ? ended : undefined;\n",
      ],
    ],
    check: SIMULATION,
  },
];
