import { useId, useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { useChange } from '../../api/change.ts';
import { useAnnounce } from '../../app/announce.tsx';
import { Instant, When } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { ReasonList } from '../../parts/reason-list.tsx';
import { ProblemNote } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { useWords } from '../../words/language.tsx';
import { Draws } from '../decision/draws.tsx';
import { decisionWords } from '../decision/words.ts';
import { askedChips } from './asked-chips.ts';
import { dryRunWords } from './dry-run-words.ts';
import { TextRows } from './text-rows.tsx';

type Action = 'use' | 'allocate';

/** Asks what a request would come to, and leaves no trace. */
export function DryRun({ licenceId }: { readonly licenceId: string }) {
  const words = useWords(dryRunWords);
  const { actions } = useWords(decisionWords);
  const announce = useAnnounce();
  const ask = useChange('decide', []);
  const [action, setAction] = useState<Action>('use');
  const [wrong, setWrong] = useState(false);
  const id = useId();
  const submit = (form: FormData): void => {
    const written = (name: string): string => String(form.get(name) ?? '').trim();
    const devices = written('devices')
      .split(/\s+/)
      .filter((each) => each !== '');
    const chips = action === 'allocate' ? askedChips(written('chips')) : null;
    setWrong(action === 'allocate' && chips === null);
    // Of another question than the one that stands there nothing is left to be read.
    ask.reset();
    if (action === 'allocate' && chips === null) return;
    const body = {
      licenceId,
      action,
      dryRun: true,
      ...(action === 'use' && devices.length > 0 ? { devices } : {}),
      ...(chips === null ? {} : { chips }),
      ...(written('purpose') === '' ? {} : { purpose: written('purpose') }),
    };
    ask.mutate({ body }, { onSuccess: () => announce(words.said) });
  };
  return (
    <Panel title={words.title}>
      <p className="licence__lead">{words.lead}</p>
      <form
        className="dry-run"
        onSubmit={(event) => {
          event.preventDefault();
          if (!ask.isPending) submit(new FormData(event.currentTarget));
        }}
      >
        <div className="field">
          <label htmlFor={`${id}action`}>{words.action}</label>
          <select
            id={`${id}action`}
            value={action}
            onChange={({ target }) => setAction(target.value === 'allocate' ? 'allocate' : 'use')}
          >
            <option value="use">{actions.use}</option>
            <option value="allocate">{actions.allocate}</option>
          </select>
        </div>
        {action === 'use' ? (
          <TextRows key="devices" name="devices" label={words.devices} hint={words.devicesHint} />
        ) : (
          <TextRows
            key="chips"
            name="chips"
            label={words.chips}
            hint={words.chipsHint}
            wrong={wrong ? words.chipsWrong : null}
          />
        )}
        <TextRows name="purpose" label={words.purpose} hint={words.purposeHint} rows={1} />
        <button type="submit" className="button button--main" aria-disabled={ask.isPending}>
          {words.ask}
        </button>
      </form>
      {ask.error !== null && <ProblemNote error={ask.error} />}
      {ask.data !== undefined && <Said decision={ask.data} />}
    </Panel>
  );
}

function Said({ decision }: { readonly decision: Answer<'decide'> }) {
  const words = useWords(dryRunWords);
  const allows = decision.outcome === 'allow';
  return (
    <div className="dry-run__said">
      <p>
        <Status tone={allows ? 'good' : 'bad'}>{allows ? words.allow : words.deny}</Status>
      </p>
      <Facts>
        <Fact name={words.at}>
          <When at={decision.at} />
        </Fact>
        {decision.validUntil !== null && (
          <Fact name={words.until}>
            <Instant at={decision.validUntil} />
          </Fact>
        )}
      </Facts>
      <ReasonList reasons={decision.reasons} of="decision" />
      <Draws decision={decision} />
    </div>
  );
}
