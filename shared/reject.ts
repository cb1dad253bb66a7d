import type { Clock } from './clock.ts';
import { Rejected } from './errors.ts';
import type { Log } from './log.ts';
import { type Delivery, jsonOf } from './messages/delivery.ts';
import { type RejectedMessages, rejectedRow } from './warehouse/rejected-messages.ts';

export interface RejectPorts {
  rejected: RejectedMessages;
  clock: Clock;
  log: Log;
}

/**
 * Decodes the message of a delivery. One that can never be used is recorded with the reasons, and the result
 * is undefined: acked, and nothing else is stopped by it. Throws RetryLater where it cannot be recorded.
 */
export async function decodeOrReject<T>(
  delivery: Delivery,
  topic: string,
  decode: (json: unknown) => T,
  ports: RejectPorts,
): Promise<T | undefined> {
  try {
    return decode(jsonOf(delivery));
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    await reject(delivery, topic, error.errors, ports);
    return undefined;
  }
}

export async function reject(
  delivery: Delivery,
  topic: string,
  errors: string[],
  ports: RejectPorts,
): Promise<void> {
  await ports.rejected.append(rejectedRow(delivery, topic, errors, ports.clock.now()));
  ports.log.warn({ topic, messageId: delivery.messageId, errors }, 'message rejected');
}
