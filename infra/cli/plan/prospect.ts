import { Rejected } from '../../../shared/errors.ts';
import { jsonOf } from '../../../shared/messages/delivery.ts';
import { decodeDispatchRequest } from '../../../shared/messages/dispatch-request.ts';
import { decodeMetadataRequest } from '../../../shared/messages/metadata-request.ts';
import { decodePageRequest } from '../../../shared/messages/page-request.ts';
import { storable } from '../../../shared/messages/parts.ts';
import { costOf } from '../../../shared/x/prices.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { estimateOf } from './cost-estimate.ts';
import { knownAccounts } from './known-accounts.ts';

/** What becomes of a message, by the schemas of today. */
export interface Prospect {
  /** As far as it is known. */
  costUsd: number;
  rejectedAgain: string | null;
}

export async function prospectOf(target: Target, topic: string, data: Buffer): Promise<Prospect> {
  try {
    return { costUsd: await costOfMessage(target, topic, jsonOf({ data })), rejectedAgain: null };
  } catch (error) {
    if (error instanceof Rejected) return { costUsd: 0, rejectedAgain: error.errors.join('; ') };
    throw error;
  }
}

async function costOfMessage(target: Target, topic: string, json: unknown): Promise<number> {
  const { config, clock } = target;
  switch (topic) {
    case config.TOPIC_PAGEDISPATCH: {
      const { parents, pageSize } = decodeDispatchRequest(json, clock.now());
      const { counts } = await knownAccounts(target, parents);
      return estimateOf(parents, counts, { pageSize: pageSize ?? config.PAGE_SIZE, config }).costUsd;
    }
    case config.TOPIC_GETPAGE:
      return costOf(storable(decodePageRequest(json), clock.now()).pageSize, config.PRICE_PER_FRIEND_USD);
    case config.TOPIC_GETMETADATA:
      storable(decodeMetadataRequest(json), clock.now());
      return config.PRICE_PER_USER_USD;
    default:
      throw new Failure(`nothing is known of a topic ${topic}.`);
  }
}
