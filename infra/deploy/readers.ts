import { Failure } from '../cli/terminal/errors.ts';
import type { Service } from '../local/topology.ts';
import services from '../services.json' with { type: 'json' };
import { deployed } from './terraform.ts';

/** A service alone needs those that read what it publishes: Pub/Sub drops what nobody reads. Throws Failure. */
export function requireReaders(only: Service): void {
  const there = deployed();
  const missing = (services[only].publishes as Service[]).filter(
    (reader) => reader !== only && !there.includes(`module.${reader}.google_pubsub_subscription.push`),
  );
  if (missing.length > 0)
    throw new Failure(
      `${only} publishes to ${missing.join(' and ')}, which nobody reads here yet, and Pub/Sub drops what nobody reads: deploy everything first (npm run deploy).`,
    );
}
