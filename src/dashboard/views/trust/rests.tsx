import type { Answer, Asked } from '../../api/call.ts';
import { useRead } from '../../api/read.ts';
import { useAll } from '../../api/read-all.ts';
import { Panel } from '../../parts/panel.tsx';
import { Shown } from '../../parts/state.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import type { TrustInput } from './trust-state.tsx';
import { trustWords } from './words.ts';

type Preview = Answer<'previewTrustChange'>;

/** Kinds that hosts are compared with, and those that licences name. */
const OF_HOSTS: readonly TrustInput['kind'][] = ['anchors', 'reference-set', 'publisher'];
const OF_LICENCES: readonly TrustInput['kind'][] = ['reference-set', 'rule-pack'];

/** Which hosts would stand otherwise if a proposal were approved, or a version in force withdrawn, and which licences name it. */
export function Rests({ input }: { readonly input: TrustInput }) {
  const { rests: words } = useWords(trustWords);
  const { may } = useSession();
  const { id, kind, state } = input;
  const isLive = state === 'proposed' || state === 'effective';
  const change = state === 'proposed' ? 'approve' : 'withdraw';
  const [hosts, licences] = [OF_HOSTS.includes(kind), OF_LICENCES.includes(kind) && may('licences:read')];
  return (
    <Panel
      title={words.title}
      aside={isLive && hosts && words[state === 'proposed' ? 'ifApproved' : 'ifWithdrawn']}
    >
      {!isLive && <p>{words.past}</p>}
      {isLive && !hosts && !licences && <p>{words.untold}</p>}
      {isLive && hosts && <Hosts asked={{ body: { change, trustInputId: id } }} />}
      {isLive && licences && <Licences input={input} />}
    </Panel>
  );
}

/** What the verifier finds when it compares the latest measurements with trust as it would be. */
export function Hosts({ asked }: { readonly asked: Pick<Asked<'previewTrustChange'>, 'body'> }) {
  const { rests: words } = useWords(trustWords);
  const read = useRead('previewTrustChange', asked, { live: ['trust-input', 'host'] });
  return (
    <Shown read={read}>
      {(preview) => {
        const lists = (['lost', 'newlyDenied', 'gained'] as const).filter((name) => preview[name].length > 0);
        return (
          <>
            <p className="soft">{words.hosts(preview.hosts)}</p>
            {lists.length === 0 && <p>{words.nobody}</p>}
            {lists.map((name) => (
              <Listed key={name} title={words[name]} hosts={preview[name]} />
            ))}
            {preview.truncated && <p className="note note--warn">{words.truncated}</p>}
          </>
        );
      }}
    </Shown>
  );
}

function Listed({ title, hosts }: { readonly title: string; readonly hosts: Preview['lost'] }) {
  const { rests: words } = useWords(trustWords);
  return (
    <>
      <h3>
        {title} · {hosts.length}
      </h3>
      <ul className="plain-list">
        {hosts.map(({ hostId, differences }) => (
          <li key={hostId}>
            <SubjectLink subject={`host:${hostId}`} bare />
            {differences.length > 0 && (
              <span className="soft">
                {' '}
                {words.differs} <Told text={differences.map(({ field }) => field).join(', ')} mono />
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Licences that name it: a rule pack by name and version, reference values by name. */
function Licences({ input: { kind, name, version } }: { readonly input: TrustInput }) {
  const { rests: words } = useWords(trustWords);
  const read = useAll('listLicences', {}, { live: ['licence'] });
  const names = ({ conditions }: Answer<'listLicences'>['items'][number]): boolean => {
    const { rulePacks, referenceSets } = conditions;
    if (kind === 'reference-set') return Array.isArray(referenceSets) && referenceSets.includes(name);
    return rulePacks !== 'none' && rulePacks.some((pack) => pack.name === name && pack.version === version);
  };
  return (
    <Shown read={read}>
      {(licences) => {
        const naming = licences.filter((licence) => licence.status !== 'revoked' && names(licence));
        return (
          <>
            <h3>{words.licences}</h3>
            {naming.length === 0 && <p>{words.noLicences}</p>}
            <ul className="plain-list">
              {naming.map(({ id, tenant }) => (
                <li key={id}>
                  <SubjectLink subject={`licence:${id}`} bare /> · <Told text={tenant} />
                </li>
              ))}
            </ul>
          </>
        );
      }}
    </Shown>
  );
}
