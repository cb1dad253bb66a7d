import { rowsOf, text, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';

/** A message that no service could use. One that was delivered, and rejected, several `times` is one. */
export interface RejectedMessage {
  topic: string;
  message_id: string | null;
  attributes: string | null;
  payload: string | null;
  payload_bytes: number;
  errors: string[];
  received_at: string;
  times: number;
}

/** Takes `@since` TIMESTAMP and `@message_id` STRING (null: all). */
export const rejectedSql = (dataset: string) => `
SELECT topic, message_id, attributes, payload, payload_bytes, errors, received_at,
  COUNT(*) OVER (PARTITION BY topic, message_id, ARRAY_TO_STRING(errors, '; '), payload) AS times
FROM ${dataset}.rejected_messages
WHERE received_at >= @since AND (@message_id IS NULL OR message_id = @message_id)
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY topic, message_id, ARRAY_TO_STRING(errors, '; '), payload ORDER BY received_at) = 1
ORDER BY received_at DESC, message_id`;

/** Newest first. */
export const rejectedSince = (target: Target, sinceMs: number, id: string | null = null) =>
  rowsOf<RejectedMessage>(target, rejectedSql, { since: time(sinceMs), message_id: text(id) });

/** The message as it was published. Throws Failure where the table does not hold all of it. */
export function sentAgain({ topic, message_id, attributes, payload, payload_bytes }: RejectedMessage) {
  const data = dataOf(payload ?? '', payload_bytes);
  if (!data)
    throw new Failure(
      `the message ${message_id} had ${payload_bytes} bytes, of which only the first 1 MiB is kept: it cannot be sent again from here.`,
    );
  if (data.length === 0)
    throw new Failure(`the message ${message_id} has no data: there is nothing to send.`);
  return { topic, data, ...(attributes !== null && { attributes: JSON.parse(attributes) }) };
}

/** The payload is text, or base64 where it was no UTF-8: whichever has the length that the data had. */
function dataOf(payload: string, bytes: number): Buffer | undefined {
  return [Buffer.from(payload, 'utf8'), Buffer.from(payload, 'base64')].find(
    ({ length }) => length === bytes,
  );
}

/** Takes `@since` TIMESTAMP and `@run_id` STRING. Why a run that has no dispatch was not taken. */
export const refusalsSql = (dataset: string) => `
SELECT DISTINCT ARRAY_TO_STRING(errors, '; ') AS why
FROM ${dataset}.rejected_messages
WHERE received_at >= @since AND STRPOS(payload, @run_id) > 0
ORDER BY why`;

export async function refusalsOf(target: Target, runId: string, sinceMs: number): Promise<string[]> {
  const params = { since: time(sinceMs), run_id: text(runId) };
  return (await rowsOf<{ why: string }>(target, refusalsSql, params)).map(({ why }) => why);
}
