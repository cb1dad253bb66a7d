import { chainOf } from '../../model/chain.ts';
import { progressOf } from '../../model/progress.ts';
import { flawOf } from '../checks/unbroken.ts';
import { DISPATCH } from './lists.ts';
import { type Choice, type Place, seenIn, tablesOf, type World, waitsFor } from './world.ts';

interface Published {
  dispatchId: string;
  pageNumber: number;
}

/** What is wrong with a situation; at an end, also what is not finished. Null: nothing. */
export function flawIn(world: World, isEnd: boolean): string | null {
  const tables = tablesOf(world);
  for (const parent of world.parents) {
    const pages = tables.pages.get(DISPATCH[parent]) ?? [];
    const flaw = pages.length > 0 ? flawOf(chainOf(pages)) : null;
    if (flaw) return `${parent}: ${flaw}`;
    const shown = progressOf(tables.plans.get(DISPATCH[parent]) ?? [], pages, 0);
    if (shown.length > 1) return `${parent} is shown ${shown.length} times`;
    const planned = (tables.plans.get(DISPATCH[parent]) ?? []).map((plan) => plan.after_page);
    if (new Set(planned).size < planned.length)
      return `${parent} is planned twice: after pages ${planned.join()}`;
    if (isEnd && shown[0]?.state !== 'complete') return `${parent} ends as ${shown[0]?.state ?? 'nothing'}`;
  }
  return flawInSight(world) ?? flawInPublishing(world);
}

/** Whatever queries do not show yet: what they show as complete is whole. */
function flawInSight(world: World): string | null {
  if (world.unseen.length === 0) return null;
  const tables = tablesOf(seenIn(world));
  for (const parent of world.parents) {
    const pages = tables.pages.get(DISPATCH[parent]) ?? [];
    const chain = pages.length > 0 ? chainOf(pages) : null;
    const flaw = chain?.isComplete ? flawOf(chain) : null;
    if (flaw) return `${parent} is shown as complete: ${flaw}`;
  }
  return null;
}

/** Pages are published after their plan, and by one invocation one after the other. */
function flawInPublishing({ plans, flights, overdue }: World): string | null {
  for (const flight of [...flights, ...overdue]) {
    const publishing = waitsFor(flight)
      .filter(({ name }) => name === 'publish')
      .flatMap(({ about }) => ('pageNumber' in (about as object) ? [about as Published] : []));
    const dispatches = new Set(publishing.map(({ dispatchId }) => dispatchId));
    if (dispatches.size < publishing.length) return 'two pages of one dispatch are published side by side';
    for (const id of dispatches)
      if (!plans.some((plan) => plan.dispatch_id === id))
        return `${id} is published before its plan is recorded`;
  }
  return null;
}

/** How a situation came about, one step a line. */
export function storyOf(place: Place): string[] {
  const steps: string[] = [];
  for (let { from } = place; from; from = from.place.from) steps.unshift(sentenceOf(from.by));
  return steps;
}

function sentenceOf(choice: Choice): string {
  if ('message' in choice) return `${choice.what} ${shortOf(choice.message)}`;
  if ('table' in choice) return `late rows of ${choice.table} are stored`;
  if (choice.what === 'see') return 'queries show all that is stored';
  if (choice.what === 'run over')
    return `${shortOf(choice.flight.delivery.message)} is delivered again meanwhile`;
  return `${shortOf(choice.flight.delivery.message)}: ${choice.call.name}, ${choice.what}`;
}

function shortOf(message: string): string {
  const { parent, pageNumber, continues } = JSON.parse(message) as {
    parent?: { username: string };
    pageNumber?: number;
    continues?: { afterPage: number };
  };
  if (continues) return `that a list goes on after page ${continues.afterPage}`;
  return parent ? `page ${pageNumber} of ${parent.username}` : 'the request';
}
