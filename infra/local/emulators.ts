import { connect } from 'node:net';

/** Settings that name an emulator, Google's own for instance: it takes the place of our stand-in. */
export const EMULATORS = {
  PUBSUB_EMULATOR_HOST: 'Pub/Sub',
  BIGQUERY_EMULATOR_HOST: 'BigQuery',
} as const;
export type Emulator = keyof typeof EMULATORS;

export const emulatorsIn = (settings: Record<string, string>): Emulator[] =>
  (Object.keys(EMULATORS) as Emulator[]).filter((name) => settings[name]);

/** An emulator that a setting names cannot be used; the message is a sentence for the operator. */
export class EmulatorUnusable extends Error {
  override readonly name = 'EmulatorUnusable';
}

/** https://datatracker.ietf.org/doc/html/rfc6761#section-6.3 */
export const isLoopbackName = (hostname: string): boolean =>
  /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(hostname);

/** Whether something listens there. */
export function answersAt({ hostname, port }: Pick<URL, 'hostname' | 'port'>): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
