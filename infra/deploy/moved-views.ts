import { changesOf, does, type PlanJson, type ResourceChange, textOf } from './plan-json.ts';
import type { Plan } from './planning.ts';
import { terraform } from './terraform.ts';

export interface MovedView {
  view: string;
  from: string;
  to: string;
}

/**
 * Views come in layers (infra/terraform/view-layers.tf), and one that reads from another view than before may change its
 * layer. To Terraform that is a view to delete and one to make, and in between there would be none.
 */
export function movedViews(plan: PlanJson): MovedView[] {
  const views = changesOf(plan).filter(
    ({ type, name }) => type === 'google_bigquery_table' && name === 'views',
  );
  const only = (action: 'create' | 'delete') =>
    views.filter((view) => does(view, action) && view.change.actions.length === 1);
  const nameOf = ({ change }: ResourceChange) => textOf(change.before ?? change.after, 'table_id');
  return only('delete').flatMap((gone) => {
    const made = only('create').find((view) => nameOf(view) === nameOf(gone));
    return made ? [{ view: nameOf(gone), from: gone.address, to: made.address }] : [];
  });
}

/** The plan without them: they get another place in the state, and are neither deleted nor made. */
export async function moveViews(wanted: Plan, planAgain: () => Promise<Plan>): Promise<Plan> {
  const moved = movedViews(wanted.json);
  if (moved.length === 0) return wanted;
  for (const { view, from, to } of moved) {
    console.log(`The view ${view} reads from other views than before: it gets another place in the state.`);
    terraform(['state', 'mv', from, to]);
  }
  return planAgain();
}
