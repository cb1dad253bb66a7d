import type { LookUpBy } from '../x/types.ts';
import { ACCOUNT_ID, USERNAME } from './formats.ts';
import { decoder } from './validate.ts';

export type LookedUpRole = 'grandparent' | 'vanished_friend';

/** Topic `getmetadata`: please ask X about this account, by its id where there is one. Ours: unknown fields are ignored. */
export interface MetadataRequest {
  runId: string;
  dispatchId: string;
  /** ISO 8601. */
  dispatchedAt: string;
  job: { name: string };
  role: LookedUpRole;
  username?: string;
  id?: string;
  /** Why: the schema errors, say. */
  reason: string;
}

export const decodeMetadataRequest = decoder<MetadataRequest>({
  $id: 'dodo/metadata-request/1',
  type: 'object',
  required: ['runId', 'dispatchId', 'dispatchedAt', 'job', 'role', 'reason'],
  anyOf: [{ required: ['username'] }, { required: ['id'] }],
  properties: {
    runId: { type: 'string', minLength: 1 },
    dispatchId: { type: 'string', minLength: 1 },
    dispatchedAt: { type: 'string', format: 'iso-time' },
    job: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    role: { type: 'string', enum: ['grandparent', 'vanished_friend'] },
    username: { type: 'string', pattern: USERNAME },
    id: { type: 'string', pattern: ACCOUNT_ID },
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
