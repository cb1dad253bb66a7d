/** A plan as `terraform show -json` gives it: https://developer.hashicorp.com/terraform/internals/json-format */
export interface PlanJson {
  /** As they are after defaults; absent where there are none. */
  variables?: Record<string, { value?: unknown }>;
  resource_changes?: ResourceChange[];
  output_changes?: Record<string, { actions: Action[] }>;
}

export type Action = 'no-op' | 'create' | 'read' | 'update' | 'delete' | 'forget';
export type Values = Record<string, unknown>;

export interface ResourceChange {
  address: string;
  mode: 'managed' | 'data';
  type: string;
  name: string;
  change: {
    /** Two where a resource is made anew. */
    actions: Action[];
    before: Values | null;
    /** What is not known before the apply is left out. */
    after: Values | null;
  };
}

/** What a plan would do to resources; reading is nothing. */
export const changesOf = ({ resource_changes = [] }: PlanJson): ResourceChange[] =>
  resource_changes.filter(
    ({ mode, change }) => mode === 'managed' && !change.actions.includes('no-op') && !isRead(change.actions),
  );

const isRead = (actions: Action[]) => actions.length === 1 && actions[0] === 'read';

export const does = ({ change }: ResourceChange, action: Action): boolean => change.actions.includes(action);

export const textOf = (values: Values | null, name: string): string => String(values?.[name] ?? '');

/** The value of a variable, as text; empty where it has none. */
export const variableIn = ({ variables = {} }: PlanJson, name: string): string =>
  String(variables[name]?.value ?? '');

/** What a plan would do that is not agreed to: not what was agreed to and failed half-way, and is made anew. */
export function notIn(agreed: PlanJson, plan: PlanJson): string[] {
  const actions = new Map(changesOf(agreed).map(({ address, change }) => [address, String(change.actions)]));
  return changesOf(plan)
    .filter((change) => {
      const before = actions.get(change.address);
      return before !== String(change.change.actions) && !(before === 'create' && does(change, 'create'));
    })
    .map(({ address, change }) => `${change.actions.join(' and ')} ${address}`);
}

/** A column of a table, as BigQuery's API names it. */
export interface Field {
  name: string;
  type: string;
  mode?: string;
  fields?: Field[];
}

/** The provider keeps the schema of a table as text. */
export const fieldsOf = (table: Values | null): Field[] =>
  typeof table?.schema === 'string' && table.schema !== '' ? JSON.parse(table.schema) : [];
