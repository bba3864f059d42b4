import { Link } from 'wouter';
import { useRead } from '../../api/read.ts';
import { useAll } from '../../api/read-all.ts';
import { Panel } from '../../parts/panel.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { ProblemNote, Shown } from '../../parts/state.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import type { Proposal } from '../trust/propose/proposal-file.ts';
import { ruleWords } from './words.ts';

type RulePack = Extract<Proposal, { readonly kind: 'rule-pack' }>['content'];
type Law = RulePack['manifest']['status'];

const TONES: { readonly [L in Law]: Tone } = {
  'in-force': 'good',
  'codified-unenforced': 'warn',
  proposed: 'info',
  withdrawn: 'idle',
  example: 'idle',
};

/** The rule packs in force, each with what the law is that it writes down and what it leaves out. */
export function Packs() {
  const words = useWords(ruleWords);
  const read = useAll('listTrustInputs', {}, { live: ['trust-input'] });
  const packs = read.data?.filter(({ kind, state }) => kind === 'rule-pack' && state === 'effective');
  return (
    <Panel title={words.packs}>
      <Shown read={{ ...read, data: packs }}>
        {(listed) =>
          listed.length === 0 ? (
            <p>{words.noPacks}</p>
          ) : (
            <Scroller label={words.packs}>
              <table className="plain-table">
                <thead>
                  <tr>
                    {[words.pack, words.law, words.jurisdiction, words.from, words.until, words.gaps].map(
                      (header) => (
                        <th key={header} scope="col">
                          {header}
                        </th>
                      ),
                    )}
                  </tr>
                </thead>
                <tbody>
                  {listed.map(({ id, name, version }) => (
                    <PackRow key={id} {...{ id, name, version }} />
                  ))}
                </tbody>
              </table>
            </Scroller>
          )
        }
      </Shown>
      <p className="panel__note">{words.note}</p>
    </Panel>
  );
}

type PackRowProps = { readonly id: string; readonly name: string; readonly version: string };

/** What a pack says of itself stands in its content, which lists do not have. */
function PackRow({ id, name, version }: PackRowProps) {
  const words = useWords(ruleWords);
  const read = useRead('getTrustInput', { params: { trustInputId: id } });
  const manifest = (read.data?.content as Pick<RulePack, 'manifest'> | undefined)?.manifest; // of this kind
  return (
    <tr>
      <th scope="row">
        <Link href={`/trust/${encodeURIComponent(id)}`}>
          <Told text={`${name} ${version}`} />
        </Link>
        <p className="soft">
          <Told text={manifest?.title} />
        </p>
        {read.error !== null && <ProblemNote error={read.error} />}
      </th>
      <td>{manifest && <Status tone={TONES[manifest.status]}>{words.laws[manifest.status]}</Status>}</td>
      <td>{manifest?.jurisdiction === 'any' ? words.anywhere : <Told text={manifest?.jurisdiction} />}</td>
      <td className="instant">
        <Told text={manifest?.effectiveFrom} />
      </td>
      <td className="instant">
        <Told text={manifest?.effectiveUntil} />
      </td>
      <td>
        {manifest !== undefined && manifest.gaps.length > 0 && (
          <details>
            <summary>{words.gapCount(manifest.gaps.length)}</summary>
            <ul>
              {manifest.gaps.map((gap) => (
                <li key={gap}>
                  <Told text={gap} most={600} />
                </li>
              ))}
            </ul>
          </details>
        )}
      </td>
    </tr>
  );
}
