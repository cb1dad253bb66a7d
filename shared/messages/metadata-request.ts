import type { LookUpBy } from '../x/types.ts';
import type { MessageOf } from './schemas/message-of.ts';
import { METADATA_REQUEST } from './schemas/metadata-request.ts';
import { decoder } from './validate.ts';

/** Topic `getmetadata`: please ask X about this account, by its id where there is one. Ours: unknown fields are ignored. */
export type MetadataRequest = MessageOf<typeof METADATA_REQUEST>;

export type LookedUpRole = MetadataRequest['role'];

export const decodeMetadataRequest = decoder<MetadataRequest>(METADATA_REQUEST);

/** What the account is asked for by: the id where there is one, since a username may pass to somebody else. */
export function requestedAccount(request: { id?: string; username?: string }): {
  by: LookUpBy;
  value: string;
} {
  if (request.id !== undefined) return { by: 'id', value: request.id };
  return { by: 'username', value: (request.username ?? '').toLowerCase() };
}
