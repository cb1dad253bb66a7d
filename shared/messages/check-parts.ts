import { ACCOUNT_ID, COUNT } from './formats.ts';
import { OF_DISPATCH } from './parts.ts';

const count = { ...COUNT, minimum: 0 };
const ids = { type: 'array', items: { type: 'string', pattern: ACCOUNT_ID } };

const record = (properties: Record<string, object>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

/** The plan of a check as its pages carry it; the type is `CheckPlan`. */
export const CHECK_PLAN = record({
  baseDispatchId: OF_DISPATCH.dispatchId,
  baseCount: count,
  count,
  maxFriends: { ...COUNT, minimum: 1 },
  depth: { type: 'string', enum: ['head', 'search', 'collapsed'] },
  carried: record({ fewer: count, unfound: count, more: count, fruitless: count }),
  answers: record({ suspended: ids, notFound: ids, active: ids }),
  keyframePassed: { type: 'number', minimum: 0 },
});

/** The type is `Base`. */
export const BASE = record({
  dispatchId: OF_DISPATCH.dispatchId,
  fullReadAt: OF_DISPATCH.dispatchedAt,
  at: OF_DISPATCH.dispatchedAt,
});

export const MODE = { type: 'string', enum: ['full', 'check'] };
