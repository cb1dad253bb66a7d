import type { Dispatches, PlannedAccount } from '../../shared/warehouse/dispatches.ts';

/** The accounts of a run, each under the name that came first: one that has two names in it is paid for once. */
export class RunAccounts {
  readonly #first = new Map<string, PlannedAccount>();
  readonly #idOf = new Map<string, string>();
  readonly #recorded: (ids: string[]) => Promise<PlannedAccount[]>;

  constructor({ ofAccounts }: Pick<Dispatches, 'ofAccounts'>, runId: string, dispatchedAt: string) {
    this.#recorded = (ids) => ofAccounts(runId, ids, Date.parse(dispatchedAt));
  }

  /** Parents in the order in which they are given; what is recorded came before. Throws RetryLater. */
  async add(parents: PlannedAccount[]): Promise<void> {
    const ids = [...new Set(parents.map(({ id }) => id))].filter((id) => !this.#first.has(id));
    for (const account of [...(await this.#recorded(ids)), ...parents])
      if (!this.#first.has(account.id)) this.#first.set(account.id, account);
    for (const { dispatchId, id } of parents) this.#idOf.set(dispatchId, id);
  }

  /** The other parent of the run that is the same account. */
  other(dispatchId: string): PlannedAccount | undefined {
    const first = this.#first.get(this.#idOf.get(dispatchId) ?? '');
    return first?.dispatchId === dispatchId ? undefined : first;
  }
}
