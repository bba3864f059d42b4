import { Link } from 'wouter';
import { type Item, useList } from '../../api/read.ts';
import { useCountryName } from '../../parts/country.ts';
import { LandmarkStanding } from '../../parts/landmark-standing.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { Shown } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useFormats, useWords } from '../../words/language.tsx';
import { FacilityState } from '../facilities/facility-state.tsx';
import { HOST_STATES, HostStateStatus } from '../hosts/host-state.tsx';
import type { HostCount, Place } from './places.ts';
import { mapViewWords } from './words.ts';

/** As many hosts as are read at a glance; all of them stand on the facility's own page. */
const SHOWN = 20;

/** The place in the middle of the map, with the way to its own page and to its hosts, each with its proof. */
export function Chosen({ place, onLeave }: { readonly place: Place; readonly onLeave: () => void }) {
  const words = useWords(mapViewWords);
  const country = useCountryName();
  const address = `/${place.kind === 'facility' ? 'facilities' : 'landmarks'}/${encodeURIComponent(place.id)}`;
  return (
    <Panel
      title={toldText(place.name)}
      aside={
        <button type="button" className="button" onClick={onLeave}>
          {words.leave}
        </button>
      }
    >
      <Facts>
        <Fact name={words.kind}>{words.kinds[place.kind]}</Fact>
        <Fact name={words.state}>
          {place.kind === 'facility' ? (
            <FacilityState facility={place.facility} />
          ) : (
            <LandmarkStanding standing={place.landmark.standing} />
          )}
        </Fact>
        <Fact name={words.country}>{country(place.country)}</Fact>
        <Fact name={words.operator}>
          <Told text={place.kind === 'facility' ? place.facility.operatorTenant : place.landmark.operator} />
        </Fact>
        {place.kind === 'facility' && place.hosts !== null && <Hosts hosts={place.hosts} />}
      </Facts>
      <p className="places__ways">
        <Link href={address}>{words.open[place.kind]}</Link>
      </p>
      {place.kind === 'facility' && place.hosts !== null && place.hosts.total > 0 && (
        <Proofs facilityId={place.id} />
      )}
    </Panel>
  );
}

function Hosts({ hosts: { states, total } }: { readonly hosts: HostCount }) {
  const words = useWords(mapViewWords);
  const formats = useFormats();
  return (
    <Fact name={words.hosts}>
      {formats.number(total)}
      <ul className="places__states">
        {HOST_STATES.map((state) => {
          const count = states[state] ?? 0;
          return count === 0 ? null : (
            <li key={state}>
              <HostStateStatus state={state} /> {formats.number(count)}
            </li>
          );
        })}
      </ul>
    </Fact>
  );
}

function Proofs({ facilityId }: { readonly facilityId: string }) {
  const words = useWords(mapViewWords);
  const list = useList('listHosts', { query: { facilityId, limit: SHOWN } }, { live: ['host', 'hold'] });
  return (
    <>
      <h3 className="panel__part">{words.proofs}</h3>
      <Shown read={{ ...list, data: list.rows }}>
        {(hosts: readonly Item<'listHosts'>[]) => (
          <ul className="places__hosts">
            {hosts.map(({ id, hostname, state }) => (
              <li key={id}>
                <Link href={`/hosts/${encodeURIComponent(id)}`}>
                  <Told text={hostname ?? id} />
                </Link>{' '}
                <HostStateStatus state={state} />
              </li>
            ))}
          </ul>
        )}
      </Shown>
      {list.hasNextPage && (
        <p>
          <Link href={`/facilities/${encodeURIComponent(facilityId)}`}>{words.allHosts}</Link>
        </p>
      )}
    </>
  );
}
