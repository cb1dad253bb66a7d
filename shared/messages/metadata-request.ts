import type { LookUpBy } from '../x/types.ts';
import { ACCOUNT, OF_DISPATCH, type OfDispatch } from './parts.ts';
import { decoder } from './validate.ts';

export type LookedUpRole = 'grandparent' | 'vanished_friend';

/** Topic `getmetadata`: please ask X about this account, by its id where there is one. Ours: unknown fields are ignored. */
export interface MetadataRequest extends OfDispatch {
  role: LookedUpRole;
  username?: string;
  id?: string;
  /** Why: the schema errors, say. */
  reason: string;
}

export const decodeMetadataRequest = decoder<MetadataRequest>({
  $id: 'dodo/metadata-request/1',
  type: 'object',
  required: [...Object.keys(OF_DISPATCH), 'role', 'reason'],
  anyOf: [{ required: ['username'] }, { required: ['id'] }],
  properties: {
    ...OF_DISPATCH,
    role: { type: 'string', enum: ['grandparent', 'vanished_friend'] },
    ...ACCOUNT,
    reason: { type: 'string' },
  },
});

/** What the account is asked for by: the id where there is one, since a username may pass to somebody else. */
export function requestedAccount(request: { id?: string; username?: string }): {
  by: LookUpBy;
  value: string;
} {
  if (request.id !== undefined) return { by: 'id', value: request.id };
  return { by: 'username', value: (request.username ?? '').toLowerCase() };
}
