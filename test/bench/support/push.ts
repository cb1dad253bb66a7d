import { httpPush, pushedMessage } from '../../../infra/local/pubsub/push.ts';
import { systemClock } from '../../../shared/clock.ts';

/** Pushes a message as Pub/Sub would to the function at this port. Throws where it is not acknowledged. */
export async function push(port: number, topic: string, message: object): Promise<void> {
  const now = systemClock.now();
  const data = Buffer.from(JSON.stringify(message));
  const pushed = pushedMessage({ data }, `bench-${now}-${sequence++}`, now);
  const endpoint = `http://127.0.0.1:${port}/projects/bench/topics/${topic}`;
  const never = new AbortController().signal;
  const answer = await httpPush(endpoint, { message: pushed, subscription: 'bench' }, never);
  if (answer !== 'ack') throw new Error(`the message for ${topic} was answered: ${answer}`);
}

let sequence = 0;
