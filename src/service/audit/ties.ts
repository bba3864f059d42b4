import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import type { OpenAct } from './open-act.ts';

/** What an audit remembers of whose a host or licence is, so that it finds what a hold on somebody else keeps. */
export type TiesState = {
  /** Hosts, and the facility of each. */
  readonly hosts: readonly (readonly [string, string])[];
  /** Licences and incidents, and what each names. */
  readonly named: readonly (readonly [string, readonly string[]])[];
  /** Licences, and the hosts that were granted something under each. */
  readonly granted: readonly (readonly [string, readonly string[]])[];
};

/** Far more than one verifier has; beyond it holds on facilities, parties and licences are not looked for among them. */
const MOST_TIES = 500_000;

export class Ties {
  readonly #hosts: Map<string, string>;
  readonly #named: Map<string, readonly string[]>;
  readonly #granted: Map<string, Set<string>>;
  #count: number;

  constructor({ hosts, named, granted }: TiesState = { hosts: [], named: [], granted: [] }) {
    this.#hosts = new Map(hosts);
    this.#named = new Map(named);
    this.#granted = new Map(granted.map(([licence, ids]) => [licence, new Set(ids)]));
    this.#count = hosts.length + [...named, ...granted].reduce((sum, [, ids]) => sum + ids.length, 0);
  }

  state(): TiesState {
    const granted = [...this.#granted].map(([licence, ids]) => [licence, [...ids]] as const);
    return { hosts: [...this.#hosts], named: [...this.#named], granted };
  }

  /** Whether every tie that acts told of is remembered. */
  get isWhole(): boolean {
    return this.#count < MOST_TIES;
  }

  note({ type, body }: OpenAct): void {
    if (!this.isWhole) return;
    const { hostId, facilityId, incidentId, subjects, licenceId, conditions } = body;
    switch (type) {
      case 'host.enrolled':
        this.#count++;
        this.#hosts.set(String(hostId), String(facilityId));
        return;
      case 'incident.opened':
        this.#name(incidentId, textsOf(subjects));
        return;
      case 'licence.granted':
        if (isJsonObject(conditions))
          this.#name(
            licenceId,
            ['parties', 'facilities'].flatMap((member) => textsOf(conditions[member])),
          );
        return;
      case 'grant.issued': {
        const hosts = this.#granted.get(String(licenceId)) ?? new Set();
        this.#granted.set(String(licenceId), hosts.add(String(hostId)));
        this.#count++;
      }
    }
  }

  /**
   * What a hold on a subject keeps, by id: a facility's hosts and the licences that name it; a licence's hosts and what it names; a party's licences
   * likewise; an incident's subjects. Never more than the service holds (retention/held.ts): nobody is accused for what he may do.
   */
  reachOf(subject: string, reach = new Set<string>()): ReadonlySet<string> {
    const [kind = ''] = subject.split(':', 1);
    const id = subject.slice(subject.indexOf(':') + 1);
    const isKnown = reach.has(id);
    reach.add(id);
    if (isKnown) return reach;
    if (kind === 'facility') for (const [host, at] of this.#hosts) if (at === id) reach.add(host);
    if (kind === 'facility') for (const licence of this.#naming(id)) reach.add(licence);
    if (kind === 'party') for (const licence of this.#naming(id)) this.reachOf(`licence:${licence}`, reach);
    if (kind === 'licence')
      for (const one of [...(this.#named.get(id) ?? []), ...(this.#granted.get(id) ?? [])]) reach.add(one);
    if (kind === 'incident') for (const other of this.#named.get(id) ?? []) this.reachOf(other, reach);
    return reach;
  }

  #naming(id: string): readonly string[] {
    return [...this.#named].flatMap(([one, ids]) =>
      one.startsWith('lic_') && ids.includes(id) ? [one] : [],
    );
  }

  #name(id: JsonValue | undefined, named: readonly string[]): void {
    this.#named.set(String(id), named);
    this.#count += named.length;
  }
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
