import { type FormEvent, useId, useState } from 'react';
import { Form, Input, Label, Text, TextArea, TextField } from 'react-aria-components';
import { useLocation } from 'wouter';
import { useChange } from '../../api/change.ts';
import { useAll } from '../../api/read-all.ts';
import { useAnnounce } from '../../app/announce.tsx';
import { FileField } from '../../parts/file-field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ProblemNote, Shown } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useWords } from '../../words/language.tsx';
import { auditWords } from './words.ts';

/** What was found, by form; the report stays where it is, and its digest is computed here. Relations that forbid it are the verifier's to find. */
export function RecordForm() {
  const { form: words } = useWords(auditWords);
  const id = useId();
  const announce = useAnnounce();
  const [, navigate] = useLocation();
  const [report, setReport] = useState<{ readonly name: string; readonly sha256: string } | null>(null);
  const [isMissing, setMissing] = useState(false);
  const facilities = useAll('listFacilityPlaces', {}, { live: ['facility'] });
  const change = useChange('fileFacilityAudit', ['trust-input']);
  const choose = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setReport({ name: file.name, sha256: await sha256Of(file) });
    setMissing(false);
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (change.isPending) return;
    if (report === null) {
      setMissing(true);
      return;
    }
    const fields = new FormData(event.currentTarget);
    const text = (name: string): string => String(fields.get(name) ?? '').trim();
    const day = (name: string): string => `${text(name)}T00:00:00Z`;
    const body = {
      auditedAt: day('auditedAt'),
      validUntil: day('validUntil'),
      tamperSignal: fields.get('tamper') !== null,
      reportSha256: report.sha256,
      summary: text('summary'),
    };
    change.mutate(
      { params: { facilityId: text('facility') }, body },
      {
        onSuccess: (filed) => {
          announce(words.done);
          navigate(`/audits/${encodeURIComponent(filed.id)}`);
        },
      },
    );
  };
  return (
    <Panel title={words.title}>
      <Shown read={facilities}>
        {(all) => (
          <Form className="stack form" onSubmit={submit}>
            <div className="field">
              <label htmlFor={`${id}facility`}>{words.facility}</label>
              <select id={`${id}facility`} name="facility" className="input" required defaultValue="">
                <option value="">{words.choose}</option>
                {all.map((facility) => (
                  <option key={facility.id} value={facility.id}>
                    {`${toldText(facility.name)} · ${facility.country} · ${facility.id}`}
                  </option>
                ))}
              </select>
            </div>
            <Day name="auditedAt" label={words.auditedAt} hint={words.auditedHint} />
            <Day name="validUntil" label={words.validUntil} hint={words.validHint} />
            <div className="field">
              <label>
                <input type="checkbox" name="tamper" aria-describedby={`${id}tamper`} /> {words.tamper}
              </label>
              <p id={`${id}tamper`} className="soft">
                {words.tamperHint}
              </p>
            </div>
            <div>
              <FileField label={words.report} onChoose={([file]) => void choose(file)}>
                <p>{words.reportHint}</p>
              </FileField>
              {report !== null && (
                <p>
                  <Told text={report.name} /> · SHA-256 <Told text={report.sha256} mono />
                </p>
              )}
              {isMissing && (
                <p className="field__error" role="alert">
                  {words.reportMissing}
                </p>
              )}
            </div>
            <TextField name="summary" isRequired className="field" minLength={3} maxLength={2000}>
              <Label>{words.summary}</Label>
              <TextArea className="input" rows={4} />
              <Text slot="description">{words.summaryHint}</Text>
            </TextField>
            {change.error !== null && <ProblemNote error={change.error} />}
            <div>
              {/* Never disabled: a disabled button loses the focus. */}
              <button type="submit" className="button button--main" aria-disabled={change.isPending}>
                {words.submit}
              </button>
            </div>
          </Form>
        )}
      </Shown>
    </Panel>
  );
}

function Day({
  name,
  label,
  hint,
}: {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
}) {
  return (
    <TextField name={name} isRequired className="field" type="date">
      <Label>{label}</Label>
      <Input className="input" />
      <Text slot="description">{hint}</Text>
    </TextField>
  );
}

async function sha256Of(file: File): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
