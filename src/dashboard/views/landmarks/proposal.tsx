import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../api/change.ts';
import { useAnnounce } from '../../app/announce.tsx';
import { Page } from '../../app/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ProblemNote } from '../../parts/state.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { CountryField, Field } from './fields.tsx';
import { landmarksWords } from './words.ts';
import './landmarks.css';

/** A landmark is proposed: it counts once another person has approved it. */
export default function LandmarkProposal() {
  const { form: words } = useWords(landmarksWords);
  const { session } = useSession();
  return (
    <Page title={words.title} lead={words.lead}>
      {session.readsOnly ? <p className="note note--warn">{words.readsOnly}</p> : <Form />}
    </Page>
  );
}

function Form() {
  const { form: words, bases } = useWords(landmarksWords);
  const announce = useAnnounce();
  const [, navigate] = useLocation();
  const [basis, setBasis] = useState<'audit' | 'mesh'>('audit');
  const change = useChange('proposeTrustInput', ['trust-input', 'landmarks']);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (change.isPending) return;
    const body = { kind: 'landmark' as const, content: contentOf(new FormData(event.currentTarget), basis) };
    void change.mutateAsync({ body }).then(
      ({ name }) => {
        announce(words.done(toldText(name)));
        navigate('/landmarks');
      },
      () => undefined, // shown below
    );
  };
  return (
    <form className="landmark__form" onSubmit={submit}>
      <Panel title={words.who}>
        <div className="landmark__fields">
          <Field name="name" label={words.id} hint={words.idHint} pattern="[a-z0-9][a-z0-9.\-]{0,63}" />
          <Field name="version" label={words.version} most={100} value="1" />
          <Field name="operator" label={words.operator} />
          <Field name="company" label={words.company} />
          <Field name="site" label={words.site} hint={words.siteHint} />
          <CountryField />
          <Field name="latitude" label={words.latitude} number={{ from: -90, to: 90 }} />
          <Field name="longitude" label={words.longitude} number={{ from: -180, to: 180 }} />
          <Field
            name="uncertainty"
            label={words.uncertainty}
            number={{ from: 1, to: 1_000_000, whole: true }}
          />
        </div>
      </Panel>
      <Panel title={words.how}>
        <div className="landmark__fields">
          <Field name="key" label={words.key} hint={words.keyHint} pattern="[A-Za-z0-9_\-]{43}" />
          <Field name="address" label={words.address} pattern="[0-9a-fA-F.:]{2,45}" />
          <Field name="port" label={words.port} value="4600" number={{ from: 1, to: 65_535, whole: true }} />
          <div className="field">
            <label htmlFor="landmark-basis">{words.basis}</label>
            <select
              id="landmark-basis"
              className="input"
              value={basis}
              onChange={({ target }) => setBasis(target.value === 'mesh' ? 'mesh' : 'audit')}
            >
              <option value="audit">{bases.audit}</option>
              <option value="mesh">{bases.mesh}</option>
            </select>
          </div>
          {basis === 'audit' && (
            <>
              <Field name="auditedAt" label={words.auditedAt} type="datetime-local" />
              <Field name="auditor" label={words.auditor} />
              <Field name="sealedUnit" label={words.seal} />
            </>
          )}
        </div>
      </Panel>
      {change.error !== null && <ProblemNote error={change.error} />}
      <div>
        <button type="submit" className="button button--main" aria-disabled={change.isPending}>
          {words.send}
        </button>
      </div>
    </form>
  );
}

/** As the API takes it: the browser has held each field against what it may be, and the verifier judges again. */
function contentOf(form: FormData, basis: 'audit' | 'mesh') {
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const local = text('auditedAt');
  return {
    name: text('name'),
    version: text('version'),
    operator: text('operator'),
    company: text('company'),
    site: text('site'),
    country: text('country'),
    place: { latitude: Number(text('latitude')), longitude: Number(text('longitude')) },
    uncertaintyMeters: Number(text('uncertainty')),
    key: text('key'),
    addresses: [{ address: text('address'), port: Number(text('port')) }],
    placeBasis:
      basis === 'mesh'
        ? ({ kind: 'mesh' } as const)
        : {
            kind: 'audit' as const,
            auditedAt: `${local.length === 16 ? `${local}:00` : local}Z`,
            auditor: text('auditor'),
            sealedUnit: text('sealedUnit'),
          },
  };
}
