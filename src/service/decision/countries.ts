import type { View } from '../../store/port.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import { facilityAuthorisationAt } from '../registry/authorisation.ts';

type Known = { readonly country: string | null; readonly isAuthorised: boolean };
const UNKNOWN: Known = { country: null, isAuthorised: false };

/** Countries of facilities, each read once. */
export class Countries {
  readonly #view: View;
  readonly #at: Date;
  readonly #known = new Map<string, Known>();

  constructor(view: View, at: Date) {
    this.#view = view;
    this.#at = at;
  }

  /** Where the register has a facility; null for none. */
  async of(facilityId: string | null): Promise<string | null> {
    return (await this.#read(facilityId)).country;
  }

  /** The same of one that is authorised now; null for any other, of which nobody but its exporter says where it is. */
  async authorised(facilityId: string | null): Promise<string | null> {
    const { country, isAuthorised } = await this.#read(facilityId);
    return isAuthorised ? country : null;
  }

  /** Where any of them is. */
  async ofAny(facilityIds: readonly string[]): Promise<readonly string[]> {
    const countries = new Set<string>();
    for (const id of facilityIds) {
      const country = await this.of(id);
      if (country !== null) countries.add(country);
    }
    return [...countries];
  }

  async #read(facilityId: string | null): Promise<Known> {
    if (facilityId === null) return UNKNOWN;
    const known = this.#known.get(facilityId) ?? (await this.#ask(facilityId));
    this.#known.set(facilityId, known);
    return known;
  }

  async #ask(id: string): Promise<Known> {
    const row = await this.#view.first(facilityById, { id });
    if (row === undefined) return UNKNOWN;
    const { authorisation, from, until } = await facilityAuthorisationAt(this.#view, row, this.#at);
    const begun = from !== null && from <= this.#at;
    const isAuthorised = authorisation === 'authorised' && begun && (until === null || this.#at < until);
    return { country: row.country, isAuthorised };
  }
}
