import { Rejected } from '../../../shared/errors.ts';
import { jsonOf } from '../../../shared/messages/delivery.ts';
import { decodeDispatchRequest } from '../../../shared/messages/dispatch-request.ts';
import { decodeMetadataRequest } from '../../../shared/messages/metadata-request.ts';
import { decodePageRequest } from '../../../shared/messages/page-request.ts';
import { storable } from '../../../shared/messages/parts.ts';
import { costOf } from '../../../shared/x/prices.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { priceWithFullReads } from './estimate-price.ts';
import { estimateOfRequest } from './messages.ts';
import type { Price } from './price.ts';

/** What becomes of a message, by the schemas of today. */
export interface Prospect {
  price: Price;
  rejectedAgain: string | null;
}

export async function prospectOf(target: Target, topic: string, data: Buffer): Promise<Prospect> {
  try {
    return { price: await priceOfMessage(target, topic, jsonOf({ data })), rejectedAgain: null };
  } catch (error) {
    if (error instanceof Rejected) return { price: { costUsd: 0 }, rejectedAgain: error.errors.join('; ') };
    throw error;
  }
}

async function priceOfMessage(target: Target, topic: string, json: unknown): Promise<Price> {
  const { config, clock } = target;
  switch (topic) {
    case config.TOPIC_PAGEDISPATCH:
      return priceWithFullReads(await estimateOfRequest(target, decodeDispatchRequest(json, clock.now())));
    case config.TOPIC_GETPAGE: {
      const { pageSize } = storable(decodePageRequest(json), clock.now());
      return { costUsd: costOf(pageSize, config.PRICE_PER_FRIEND_USD), bound: 'at most' };
    }
    case config.TOPIC_GETMETADATA:
      storable(decodeMetadataRequest(json), clock.now());
      return { costUsd: config.PRICE_PER_USER_USD, bound: 'at most' };
    default:
      throw new Failure(`nothing is known of a topic ${topic}.`);
  }
}
