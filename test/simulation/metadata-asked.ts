import { decodeMetadataRequest, requestedAccount } from '../../shared/messages/metadata-request.ts';
import type { MetadataKey } from '../../shared/warehouse/account-metadata.ts';
import type { Message } from './message.ts';

/** The observation that a message asks for; null where it is no usable MetadataRequest. */
export function observationAsked({ topic, body }: Message): MetadataKey | null {
  if (topic !== 'getmetadata') return null;
  try {
    const request = decodeMetadataRequest(body);
    const { dispatchId, dispatchedAt, role } = request;
    return { dispatchId, dispatchedAtMs: Date.parse(dispatchedAt), role, ...requestedAccount(request) };
  } catch {
    return null; // one of the messages that are unusable on purpose
  }
}
