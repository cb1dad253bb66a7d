/**
 * What emulators do otherwise than Google's pages say, as far as the suite, or somebody who tried, has seen. Nothing of
 * Dodo relies on any of it, and no SQL is bent for it; a stand-in of ours has no place here.
 */
export interface Deviation {
  emulator: string;
  does: string;
  /** The test that is left out where the environment names that emulator. */
  test?: string;
}

/** Of google-cloud-cli 528; all other tests of the suite pass, and so does the demo. */
const PUBSUB = "Google's Pub/Sub emulator 0.8.20";
/** Google's analyzer stands in it, so its SQL is BigQuery's. Tried once, and not with this suite. */
const BIGQUERY = "goccy's bigquery-emulator 0.8.1";

export const DEVIATIONS: Deviation[] = [
  ...[
    {
      does: 'keeps messages for 7 days at most: the local stack says so and goes on',
      test: 'keeps its settings as they were given, and exists once',
    },
    { does: 'leaves the ordering key out of a push', test: 'has the ordering key of its message' },
    { does: 'leaves the delivery attempt out of a push' },
    {
      does: 'holds back messages without a key while others are outstanding, where the subscription is ordered',
      test: 'are pushed one at a time; other keys, and messages without one, do not wait',
    },
    { does: 'takes 202 for no acknowledgement', test: 'of status 202 acknowledges' },
    { does: 'takes 203 for one', test: 'of status 203 does not: the message comes again' },
    {
      does: 'acknowledges at the head of an answer, whatever becomes of it',
      test: 'that breaks off within does not',
    },
    { does: 'takes more than 10 MB', test: 'more than 10 MB is INVALID_ARGUMENT' },
    {
      does: 'takes an ordering key of any length',
      test: 'an ordering key of more than 1,024 bytes is INVALID_ARGUMENT',
    },
    {
      does: 'takes messages of several keys in one request',
      test: 'messages of several keys in one request is FAILED_PRECONDITION',
    },
    { does: 'takes any ack deadline', test: 'with an ack deadline below 10 s is INVALID_ARGUMENT' },
    { does: 'begins its message ids at 1 at every start, and keeps nothing' },
    { does: 'stops a subscription that is ordered and has a dead-letter topic' },
  ].map((deviation) => ({ emulator: PUBSUB, ...deviation })),
  ...[
    { does: 'answers 500, not 409, where a dataset is made again: the local stack asks for it first' },
    { does: 'gets unary minus wrong' },
    { does: 'gets SUM of NUMERIC wrong, as a window' },
    { does: 'gets LAST_VALUE with IGNORE NULLS wrong' },
    { does: 'gets MAX of TIMESTAMP wrong, as a window' },
  ].map((deviation) => ({ emulator: BIGQUERY, ...deviation })),
];
