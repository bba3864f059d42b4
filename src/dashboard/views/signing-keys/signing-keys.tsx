import { useEffect, useId, useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { useRead } from '../../api/read.ts';
import { Page } from '../../app/page.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { Shown } from '../../parts/state.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { keyWords } from './words.ts';

type Key = Answer<'listSigningKeys'>['keys'][number];

const TONES: { readonly [S in Key['state']]: Tone } = {
  signing: 'good',
  next: 'info',
  pending: 'info',
  retired: 'idle',
  gone: 'idle',
  revoked: 'bad',
};
const PURPOSES = Object.keys(keyWords.en.purposes) as readonly Key['purpose'][]; // the type checker misses none

/** The verifier's own keys by purpose, and their rotation. */
export default function SigningKeys() {
  const words = useWords(keyWords);
  const { session, may } = useSession();
  const read = useRead('listSigningKeys', {}, { live: ['signing-key'] });
  const mayRotate = may('keys:rotate') && !session.readsOnly;
  return (
    <Page title={words.title} lead={words.lead}>
      <Shown read={read}>
        {({ keys }) => (
          <div className="stack">
            {PURPOSES.map((purpose) => (
              <Panel
                key={purpose}
                title={words.purposes[purpose]}
                aside={mayRotate && <Rotate purpose={purpose} />}
              >
                <Keys
                  keys={keys.filter((key) => key.purpose === purpose).toReversed()}
                  label={words.purposes[purpose]}
                />
              </Panel>
            ))}
          </div>
        )}
      </Shown>
    </Page>
  );
}

function Keys({ keys, label }: { readonly keys: readonly Key[]; readonly label: string }) {
  const words = useWords(keyWords);
  const live = keys.filter(({ state }) => state !== 'gone');
  return (
    <>
      <Scroller label={label}>
        <table className="plain-table">
          <thead>
            <tr>
              {[words.kid, words.state, words.createdAt, words.activeFrom, words.publishedUntil].map(
                (header) => (
                  <th key={header} scope="col">
                    {header}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {live.map((key) => (
              <tr key={key.kid}>
                <th scope="row">
                  <Told text={key.kid} mono /> <span className="soft">{key.alg}</span>
                </th>
                <td>
                  <Status tone={TONES[key.state]}>{words.states[key.state]}</Status>
                </td>
                <td>
                  <Instant at={key.createdAt} />
                </td>
                <td>
                  <Instant at={key.activeFrom} />
                </td>
                <td>
                  <Instant at={key.publishedUntil} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {live.length < keys.length && <p className="panel__note">{words.old(keys.length - live.length)}</p>}
    </>
  );
}

function Rotate({ purpose }: { readonly purpose: Key['purpose'] }) {
  const words = useWords(keyWords);
  const [compromised, setCompromised] = useState(false);
  return (
    <ReasonDialog
      operation="rotateSigningKeys"
      label={words.rotate}
      explanation={
        <>
          <strong>{words.purposes[purpose]}.</strong> {words.rotateWhat}
        </>
      }
      asked={(reason) => ({ params: { purpose }, body: { reason, compromised } })}
      touches={['signing-key']}
      done={words.done}
      most={2000}
      grave
    >
      <Compromised isSo={compromised} onSay={setCompromised} />
    </ReasonDialog>
  );
}

type CompromisedProps = { readonly isSo: boolean; readonly onSay: (isSo: boolean) => void };

/** Taken back with its dialog: nobody gives up keys since somebody had once ticked it and thought better of it. */
function Compromised({ isSo, onSay }: CompromisedProps) {
  const words = useWords(keyWords);
  const id = useId();
  useEffect(() => () => onSay(false), [onSay]);
  return (
    <div className="field">
      <label>
        <input
          type="checkbox"
          checked={isSo}
          aria-describedby={id}
          onChange={({ target }) => onSay(target.checked)}
        />{' '}
        {words.compromised}
      </label>
      <p id={id} className="soft">
        {words.compromisedHint}
      </p>
    </div>
  );
}
