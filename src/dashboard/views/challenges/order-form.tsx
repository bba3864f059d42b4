import { type FormEvent, useId, useState } from 'react';
import { Form, Input, Label, Text, TextArea, TextField } from 'react-aria-components';
import { useLocation } from 'wouter';
import { useAnnounce } from '../../app/announce.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ProblemNote, Shown } from '../../parts/state.tsx';
import { useWords } from '../../words/language.tsx';
import { useOrderAndDraw } from './draw.ts';
import { type Kind, useNamed } from './named.ts';
import { challengeWords } from './words.ts';

const KINDS: readonly Kind[] = ['licence', 'facility', 'party'];
const UNITS = ['devices', 'percent'] as const;
/** As many minutes as the verifier lets a host take. */
const MOST_MINUTES = 1440;

/** Among which devices, how many, by when, and why. */
export function OrderForm() {
  const { form: words } = useWords(challengeWords);
  const id = useId();
  const announce = useAnnounce();
  const [, navigate] = useLocation();
  const [kind, setKind] = useState<Kind>('licence');
  const [isHalf, setHalf] = useState(false);
  const named = useNamed(kind);
  const change = useOrderAndDraw((isOrdered) => {
    setHalf(isOrdered);
    if (isOrdered) announce(words.ordered);
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (change.isPending) return;
    const fields = new FormData(event.currentTarget);
    const text = (name: string): string => String(fields.get(name) ?? '').trim();
    const minutes = Number(text('minutes'));
    const wanted = {
      of: { kind, id: text('which') },
      [text('unit') === 'percent' ? 'percent' : 'devices']: Number(text('count')),
      ...(minutes > 0 ? { answerWithinSeconds: minutes * 60 } : {}),
      reason: text('reason'),
    };
    change.mutate(wanted, {
      onSuccess: (order) => {
        announce(words.done(order.devices?.length ?? 0));
        navigate(`/challenges/${encodeURIComponent(order.id)}`);
      },
    });
  };
  return (
    <Panel title={words.title}>
      <Form className="stack form" onSubmit={submit}>
        <div className="field">
          <label htmlFor={`${id}kind`}>{words.kind}</label>
          <select
            id={`${id}kind`}
            className="input"
            value={kind}
            onChange={({ target }) => setKind(KINDS.find((each) => each === target.value) ?? 'licence')}
          >
            {KINDS.map((each) => (
              <option key={each} value={each}>
                {words.kinds[each]}
              </option>
            ))}
          </select>
        </div>
        <Shown read={named}>
          {(all) => (
            <div className="field">
              <label htmlFor={`${id}which`}>{words.which[kind]}</label>
              <select key={kind} id={`${id}which`} name="which" className="input" required defaultValue="">
                <option value="">{words.choose}</option>
                {all.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.label}
                  </option>
                ))}
              </select>
            </div>
          )}
        </Shown>
        <TextField name="count" isRequired className="field" type="number" defaultValue="1">
          <Label>{words.count}</Label>
          <Input className="input" min={1} max={1000} />
        </TextField>
        <div className="field">
          <label htmlFor={`${id}unit`}>{words.unit}</label>
          <select id={`${id}unit`} name="unit" className="input">
            {UNITS.map((unit) => (
              <option key={unit} value={unit}>
                {words.units[unit]}
              </option>
            ))}
          </select>
        </div>
        <TextField name="minutes" className="field" type="number">
          <Label>{words.minutes}</Label>
          <Input className="input" min={1} max={MOST_MINUTES} />
          <Text slot="description">{words.minutesHint}</Text>
        </TextField>
        <TextField name="reason" isRequired className="field" minLength={3} maxLength={2000}>
          <Label>{words.reason}</Label>
          <TextArea className="input" rows={3} />
          <Text slot="description">{words.reasonHint}</Text>
        </TextField>
        {change.error !== null && <ProblemNote error={change.error} />}
        {change.error !== null && isHalf && <p className="note note--warn">{words.half}</p>}
        <div>
          {/* Never disabled: a disabled button loses the focus. */}
          <button type="submit" className="button button--main" aria-disabled={change.isPending}>
            {words.submit}
          </button>
        </div>
      </Form>
    </Panel>
  );
}
