import { isAccountId } from '../../../shared/messages/formats.ts';
import { isObject } from '../../../shared/x/json.ts';
import { NoAnswer } from './patience.ts';

/** Why an account is to be taken out, in X's words: https://docs.x.com/x-api/compliance/batch-compliance/quickstart */
export const REASONS = ['deleted', 'deactivated', 'suspended', 'protected'] as const;
export type Reason = (typeof REASONS)[number];

/** Far below the 10 MB that a request to BigQuery may have. */
const PER_BATCH = 50_000;

export interface Result {
  /** Each a JSON array of {id, reason}: a map of a million accounts would be hundreds of megabytes. */
  batches: string[];
  named: Record<Reason, number>;
  /** Accounts of a reason that is none of these, by its word. */
  others: Map<string, number>;
}

/** Reads X's result, a JSON object a line, to its end. Throws NoAnswer where it is none: one that breaks off says nothing. */
export async function readResult(chunks: AsyncIterable<string>): Promise<Result> {
  const result: Result = {
    ...{ batches: [], others: new Map() },
    named: { deleted: 0, deactivated: 0, suspended: 0, protected: 0 },
  };
  let batch: Word[] = [];
  const flush = () => {
    if (batch.length > 0) result.batches.push(JSON.stringify(batch));
    batch = [];
  };
  let rest = '';
  let line = 1;
  const take = (text: string) => {
    const word = wordIn(text, line++);
    const { id, reason } = word ?? {};
    if (id === undefined || reason === undefined) return;
    const known = REASONS.find((each) => each === reason);
    if (!known) {
      result.others.set(reason, (result.others.get(reason) ?? 0) + 1);
      return;
    }
    result.named[known]++;
    if (batch.push({ id, reason }) === PER_BATCH) flush();
  };
  for await (const chunk of chunks) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) take(text);
  }
  take(rest);
  flush();
  return result;
}

interface Word {
  id: string;
  reason: string;
}

/** Undefined where a line is about no account of X's: it is empty, or X finds the id malformed. */
function wordIn(text: string, line: number): Word | undefined {
  if (text.trim() === '') return undefined;
  const said = objectIn(text);
  if (said && typeof said.error === 'string' && typeof said.id === 'string') return undefined;
  const { id, action, reason } = said ?? {};
  if (typeof id !== 'string' || !isAccountId(id) || action !== 'delete' || typeof reason !== 'string')
    throw new NoAnswer(`line ${line} of its result is no word about an account`);
  return { id, reason };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
