import { isAccountId } from '../../../shared/messages/formats.ts';
import { isObject } from '../../../shared/x/json.ts';
import { NoAnswer } from './patience.ts';

/** Why an account is to be taken out, in X's words: https://docs.x.com/x-api/compliance/batch-compliance/quickstart */
export const REASONS = ['deleted', 'deactivated', 'suspended', 'protected'] as const;
export type Reason = (typeof REASONS)[number];

export interface Result {
  named: Map<string, Reason>;
  /** Lines of a reason that is none of these, by their words. */
  others: Map<string, number>;
}

/** Reads X's result, a JSON object a line, to its end. Throws NoAnswer where it is none: one that breaks off says nothing. */
export async function readResult(chunks: AsyncIterable<string>): Promise<Result> {
  const result: Result = { named: new Map(), others: new Map() };
  let rest = '';
  let line = 1;
  for await (const chunk of chunks) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) take(text, line++, result);
  }
  take(rest, line, result);
  return result;
}

function take(text: string, line: number, { named, others }: Result): void {
  if (text.trim() === '') return;
  const said = objectIn(text);
  // An id that X finds malformed is no account of X's.
  if (said && typeof said.error === 'string' && typeof said.id === 'string') return;
  const { id, action, reason } = said ?? {};
  if (typeof id !== 'string' || !isAccountId(id) || action !== 'delete' || typeof reason !== 'string')
    throw new NoAnswer(`line ${line} of its result is no word about an account`);
  const known = REASONS.find((each) => each === reason);
  if (known) named.set(id, known);
  else others.set(reason, (others.get(reason) ?? 0) + 1);
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
