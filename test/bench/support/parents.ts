/** Accounts of the simulator: `parent_N_F` is number N and has F friends (infra/local/x/world.ts). */
export interface BenchParent {
  username: string;
  id: string;
  friendsCount: number;
}

export const PAGE_SIZE = 100;

/** Parents of 1 to 5 full pages in turn. */
export function parentsOf(count: number, pageSize = PAGE_SIZE): BenchParent[] {
  return Array.from({ length: count }, (_, number) => parent(number, ((number % 5) + 1) * pageSize));
}

export function parent(number: number, friendsCount: number): BenchParent {
  const digits = (value: number) => String(value).padStart(8, '0');
  const id = `120${digits(number)}${digits(friendsCount)}`;
  return { username: `parent_${number}_${friendsCount}`, id, friendsCount };
}

export const pagesOf = (parents: BenchParent[], pageSize = PAGE_SIZE): number =>
  parents.reduce((pages, { friendsCount }) => pages + Math.ceil(friendsCount / pageSize), 0);
