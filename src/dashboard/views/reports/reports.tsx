import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId } from 'react';
import { Form, Input, Label, Text, TextField } from 'react-aria-components';
import { callForBytes } from '../../api/call.ts';
import { useAll } from '../../api/read-all.ts';
import { useAnnounce } from '../../app/announce.tsx';
import { Page } from '../../app/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { saveAs } from '../../parts/save-as.ts';
import { ProblemNote, Shown } from '../../parts/state.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useWords } from '../../words/language.tsx';
import { reportWords } from './words.ts';

type Period = { readonly licenceId: string; readonly from?: string; readonly until?: string };

/** Saves the signed report of a licence for a period, byte for byte. */
export default function Reports() {
  const words = useWords(reportWords);
  const id = useId();
  const announce = useAnnounce();
  const licences = useAll('listLicences', {}, { live: ['licence'] });
  const saving = useMutation<string, Error, Period>({
    mutationFn: async ({ licenceId, ...query }) => {
      const response = await callForBytes('getLicenceReport', { params: { licenceId }, query });
      const name = `report-${toldText(licenceId)}.json`;
      saveAs(name, await response.blob());
      return name;
    },
    onSuccess: (name) => announce(words.saved(name)),
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (saving.isPending) return;
    const fields = new FormData(event.currentTarget);
    const day = (name: 'from' | 'until'): object => {
      const text = String(fields.get(name) ?? '');
      return text === '' ? {} : { [name]: `${text}T00:00:00Z` };
    };
    saving.mutate({ licenceId: String(fields.get('licence')), ...day('from'), ...day('until') });
  };
  return (
    <Page title={words.title} lead={words.lead}>
      <Panel title={words.form}>
        <Shown read={licences}>
          {(all) => (
            <Form className="stack form" onSubmit={submit}>
              <div className="field">
                <label htmlFor={id}>{words.licence}</label>
                <select id={id} name="licence" className="input" required defaultValue="">
                  <option value="">{words.choose}</option>
                  {all.map((licence) => (
                    <option key={licence.id} value={licence.id}>
                      {`${toldText(licence.tenant)} · ${licence.id}`}
                    </option>
                  ))}
                </select>
              </div>
              <Day name="from" label={words.from} hint={words.fromHint} />
              <Day name="until" label={words.until} hint={words.untilHint} />
              {saving.error !== null && <ProblemNote error={saving.error} />}
              <div>
                <button type="submit" className="button button--main" aria-disabled={saving.isPending}>
                  {saving.isPending ? words.saving : words.save}
                </button>
              </div>
            </Form>
          )}
        </Shown>
        {saving.data !== undefined && <p>{words.saved(saving.data)}</p>}
        <p className="panel__note">
          {words.keep} <code>sextant report verify</code>, <code>sextant audit export</code>
        </p>
      </Panel>
    </Page>
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
    <TextField name={name} className="field" type="date">
      <Label>{label}</Label>
      <Input className="input" />
      <Text slot="description">{hint}</Text>
    </TextField>
  );
}
