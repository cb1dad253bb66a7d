import type { MetadataRow } from '../../../shared/warehouse/account-metadata.ts';
import type { Instance } from '../instance.ts';
import type { Fail } from './fail.ts';

/** No account of a dispatch is observed twice by an instance that has it in hand, or has been told that it is stored. */
export class ObservationCheck {
  readonly #fail: Fail;
  readonly #known = new Map<Instance, Set<string>>();

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  /** Returns what to call where the append is over and its row is not known to be stored. */
  begin(instance: Instance, row: MetadataRow): () => void {
    const known = this.#known.get(instance) ?? new Set();
    this.#known.set(instance, known);
    const account = `${row.role} ${row.requested_id ?? row.requested_username} of ${row.dispatch_id}`;
    if (known.has(account)) this.#fail('cheap', `${instance.name} observes ${account} once more`);
    known.add(account);
    return () => void known.delete(account);
  }
}
