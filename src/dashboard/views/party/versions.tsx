import type { Answer } from '../../api/call.ts';
import { useRead } from '../../api/read.ts';
import { Way } from '../../app/ways.tsx';
import { useCountryName } from '../../parts/country.ts';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { Shown } from '../../parts/state.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { partiesWords } from '../parties/words.ts';
import { partyWords } from './words.ts';

type Version = Answer<'listPartyVersions'>['items'][number];

/** Everything that it was ever said to be, the newest first: nothing is edited away. */
export function Versions({ partyId }: { readonly partyId: string }) {
  const words = useWords(partyWords);
  const list = useWords(partiesWords);
  const read = useRead('listPartyVersions', { params: { partyId } }, { live: ['party'] });
  return (
    <Panel title={words.versions}>
      <Shown read={read}>
        {({ items }) => (
          <Scroller label={words.versions}>
            <table className="plain-table party__table">
              <caption className="unseen">{words.versions}</caption>
              <thead>
                <tr>
                  {[words.at, list.name, list.country, list.owner, words.saidBy, words.why, words.act].map(
                    (name) => (
                      <th key={name} scope="col">
                        {name}
                      </th>
                    ),
                  )}
                </tr>
              </thead>
              <tbody>
                {items.map((version) => (
                  <Row key={version.version} version={version} />
                ))}
              </tbody>
            </table>
          </Scroller>
        )}
      </Shown>
    </Panel>
  );
}

function Row({ version }: { readonly version: Version }) {
  const words = useWords(partyWords);
  const { owners } = useWords(partiesWords);
  const formats = useFormats();
  const country = useCountryName();
  return (
    <tr>
      <td>
        <Instant at={version.at} />
      </td>
      <td>
        <Told text={version.legalName} />
      </td>
      <td>{country(version.country)}</td>
      <td>
        {version.parentId !== null ? (
          <SubjectLink subject={`party:${version.parentId}`} bare />
        ) : version.ownUltimateParent ? (
          owners.nobody
        ) : (
          owners.unsaid
        )}
      </td>
      <td>{version.saidBy === null ? <Told text={null} /> : words.sayers[version.saidBy]}</td>
      <td>
        <Told text={version.reason} most={2000} />
      </td>
      <td>
        <Way to={`/log/${version.leafIndex}`}>{formats.number(version.leafIndex)}</Way>
      </td>
    </tr>
  );
}
